import Encodings
import FuzzParsers
import Glibc

// fuzz NAME [libFuzzer's arguments]   fuzzes the parser NAME
// fuzz NAME --seeds DIRECTORY         writes its first inputs there
// fuzz                                lists the parsers

/// libFuzzer's own entry point for programs that have a `main` of theirs.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ argumentCount: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

/// Fuzzes the parser that the first argument names.
@main
struct Fuzz {
    private static let parser = FuzzedParser.all.first {
        $0.name == CommandLine.arguments.dropFirst().first
    }

    static func main() {
        let arguments = CommandLine.arguments
        guard let parser else {
            print(FuzzedParser.all.map(\.name).joined(separator: "\n"))
            exit(arguments.count > 1 ? 64 : 0)
        }
        if arguments.count == 4, arguments[2] == "--seeds" {
            for (number, seed) in parser.seeds().enumerated() {
                write(seed, to: "\(arguments[3])/seed-\(number)")
            }
            return
        }
        // The name of the parser stands where libFuzzer expects that of the program.
        var count = CommandLine.argc - 1
        var rest = unsafe CommandLine.unsafeArgv + 1
        let status = unsafe runDriver(&count, &rest) { bytes, count in
            let input = unsafe UnsafeBufferPointer(start: bytes, count: count)
            _ = unsafe Fuzz.parser?.refusal(of: [UInt8](input))
            return 0
        }
        exit(status)
    }

    private static func write(_ bytes: [UInt8], to path: String) {
        guard let file = unsafe fopen(path, "wb") else { exit(73) }
        let written = unsafe bytes.withUnsafeBytes {
            unsafe fwrite($0.baseAddress, 1, $0.count, file)
        }
        guard written == bytes.count, unsafe fclose(file) == 0 else { exit(74) }
    }
}
