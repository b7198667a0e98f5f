import ArgumentParser
import CommandLineTool
import Rounds

/// Prints what the name of a method stands for.
struct PrintMethod: Tool {
    static let configuration = CommandConfiguration(
        commandName: "method",
        abstract: "List the published methods, or print the run-file sections of one.",
        discussion: """
            A run file that says 'method: NAME' has these sections, but for the members it gives \
            itself. A section with another name or rule than the method's stands for itself.

            Example:
              nous-train method
              nous-train method sparseloco > sections.yaml
            """)

    @Argument(help: ArgumentHelp("The method; all are listed without one.", valueName: "name"))
    var name: String?

    func run() throws {
        guard let name else {
            let width = Method.all.map(\.name.count).max() ?? 0
            for method in Method.all {
                let padding = String(repeating: " ", count: width - method.name.count)
                try Operand.print("\(method.name)\(padding)  \(method.summary)")
            }
            return
        }
        let method = try Method(named: name)
        try Operand.print("# \(method.name): \(method.summary)")
        try Operand.print("# \(method.source)")
        for line in method.lines { try Operand.print(line) }
    }
}
