import CommandLineTool
import Identity
import Settlement
import Storage
import TransparencyLog

/// Prints many signed entries: `sample-entries LEDGER KEY COUNT`.
///
/// Each is a transfer of one unit from the key's account to the treasury, in the places after the key's
/// last entry in the ledger.
@main
enum EntriesTool {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 4, let count = Int(arguments[3]) else {
            fatalError("usage: sample-entries LEDGER KEY COUNT")
        }
        let key = try KeyFile.read(arguments[2])
        var places = try Ledger.read(arguments[1]).history.places
        for number in 0..<count {
            let transfer = Transfer(
                from: .key(key.publicKey), to: .treasury, amount: 1, number: UInt64(number),
                memo: "")
            let entry = try LogEntry(
                body: transfer.json, in: places.next(of: key.publicKey), of: places.log,
                signedWith: key)
            try places.append(entry)
            var sink = Operand.standardOutput
            try sink.write(entry.line)
        }
    }
}
