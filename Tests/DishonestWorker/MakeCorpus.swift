import ArgumentParser
import Artifacts
import CommandLineTool
import SampleRound
import Storage

/// Writes rounds with contributions of which it is known what a judge must find.
struct MakeCorpus: Tool {
    static let configuration = CommandConfiguration(
        commandName: "corpus",
        abstract: "Write dishonest and honest contributions with the verdicts they deserve.",
        discussion: """
            Makes a directory for each run: "dishonest", whose contributions lie or are broken, each in \
            its own way, and one for each published method and optimizer, whose contributions are \
            honest, made in different ways. Each has what nous-verify needs, and "expected": file, \
            verdict, how the reason begins, and how it was made, with tabs between them.

            Example:
              dishonest-worker corpus build/dishonest/corpus
            """)

    @Option(help: "Honest contributions in each directory.")
    var honest = 6

    @Argument(help: "The directory, which is made.")
    var directory: String

    func validate() throws {
        guard (1...1000).contains(honest) else {
            throw ValidationError("--honest must be from 1 to 1000")
        }
    }

    func run() throws {
        try Files.makeDirectory(directory)
        try writeDishonest()
        for (number, method) in SampleMethod.all.enumerated() {
            try writeHonest(CorpusRound(method.changes), method.description, seed: UInt64(number))
        }
        try writeHonest(
            CorpusRound(SampleRound.verseChanges, inVerses: true), "rows of verses", seed: 99)
    }

    private func writeDishonest() throws {
        let setting = try CorpusRound()
        let path = try begin(setting, "dishonest")
        var lines = ""
        for lie in ContributionCase.dishonest.sorted(by: { $0.name < $1.name }) {
            try CorpusRound.write(lie.file(setting), to: "\(path)/contributions/\(lie.name)")
            lines += "\(lie.name)\t\(lie.outcome.rawValue)\t\(lie.reason)\t\n"
        }
        try CorpusRound.write(Array(lines.utf8), to: "\(path)/expected")
    }

    private func writeHonest(_ setting: CorpusRound, _ method: String, seed: UInt64) throws {
        let name = method.map { $0.isLetter || $0.isNumber ? String($0) : "-" }.joined()
        let path = try begin(setting, "honest-\(name)")
        var lines = ""
        for (number, way) in HonestWay.ways(honest, seed: seed).enumerated() {
            let digits = String(number)
            let file = String(repeating: "0", count: 3 - digits.count) + digits
            try CorpusRound.write(
                setting.signed(way.train(setting), by: way.worker).fileBytes(),
                to: "\(path)/contributions/\(file)")
            lines += "\(file)\taccepted\treplayed bit for bit\t\(way.description)\n"
        }
        try CorpusRound.write(Array(lines.utf8), to: "\(path)/expected")
    }

    private func begin(_ setting: CorpusRound, _ name: String) throws -> String {
        let path = Files.join(directory, name)
        try Files.makeDirectory(path)
        try Files.makeDirectory("\(path)/contributions")
        try setting.write(to: path)
        return path
    }
}
