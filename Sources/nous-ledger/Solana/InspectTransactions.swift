import ArgumentParser
import CommandLineTool
import Encodings
import Solana
import Storage

/// Shows what transactions do.
struct InspectTransactions: Tool {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show what transactions do, from their bytes.",
        discussion: """
            Takes lines as the other commands print them, or transactions in base64 or base58, \
            one a line. Signatures that do not hold are refused.

            Example:
              nous-ledger solana inspect signed.ndjson
              nous-ledger solana inspect --offline signed.ndjson
              nous-ledger solana inspect --ids signed.ndjson
            """)

    @Argument(help: ArgumentHelp("Lines; - is standard input.", valueName: "transactions"))
    var transactions: String = "-"

    @OptionGroup var lookup: LookupOptions

    @Flag(help: "Print one JSON object for each transaction.")
    var json = false

    @Flag(help: "Print signatures as solana --sign-only does, one JSON object each.")
    var offline = false

    @Flag(help: "Print what nodes call each transaction, the payer's signature.")
    var ids = false

    func validate() throws {
        try Operand.expectOneStream([transactions] + lookup.lookupTable)
        guard [json, offline, ids].filter(\.self).count <= 1 else {
            throw ValidationError("--json, --offline and --ids exclude each other")
        }
    }

    func run() throws {
        let tables = try lookup.tables()
        for transaction in try read(tables) {
            if offline {
                try SolanaFiles.print(OfflineSignatures(of: transaction).json)
            } else if ids {
                guard let id = transaction.identifier else {
                    throw MalformedInput("a transaction is not signed by its payer")
                }
                try Operand.print(id)
            } else {
                let calls = try transaction.message.resolvedCalls(tables)
                try json
                    ? SolanaFiles.print(object(transaction, calls))
                    : Operand.print(text(transaction, calls).joined(separator: "\n"))
            }
        }
    }

    private func read(_ tables: [LookupTable]) throws -> [Transaction] {
        try SolanaFiles.parsed(transactions, limit: TransactionRecord.maximumFileSize) {
            bytes throws(MalformedInput) in
            guard bytes.first != UInt8(ascii: "{") else {
                return try SolanaRecord.read(bytes, tables: tables).compactMap(\.transaction)
            }
            return try Transaction.read(lines: bytes)
        }
    }

    private func object(_ transaction: Transaction, _ calls: [ResolvedCall]) -> JSON {
        let instructions = calls.map { call in
            let words = CallDescription(call)
            return JSON.object(
                [
                    JSONMember(key: "program", value: .string(words.program)),
                    JSONMember(key: "name", value: .string(words.name)),
                ] + words.details
                    + [JSONMember(key: "accounts", value: .array(call.accounts.map(\.json)))])
        }
        return .object(
            [
                JSONMember(key: "type", value: "inspection"),
                JSONMember(key: "version", value: .string(transaction.message.version.rawValue)),
                JSONMember(key: "instructions", value: .array(instructions)),
            ] + transaction.members)
    }

    private func text(_ transaction: Transaction, _ calls: [ResolvedCall]) -> [String] {
        let message = transaction.message
        var lines = ["transaction\t\(transaction.identifier ?? "not signed")"]
        lines.append("size\t\(transaction.bytes.count) bytes, \(message.version)")
        lines.append("payer\t\(message.payer)")
        lines.append("fee\t\(message.fee) lamports at most")
        lines.append(
            message.nonceAccount.map { "nonce\t\(message.blockhash) of \($0)" }
                ?? "blockhash\t\(message.blockhash)")
        lines += transaction.missingSigners.map { "missing\t\($0)" }
        for (call, number) in zip(calls, 0...) {
            let words = CallDescription(call)
            // JSON escapes the line feeds that a memo may have.
            let details = words.details.map { detail in
                " \(detail.key)=\(detail.value.orderedText)"
            }
            lines.append("\(number)\t\(words.title)\(details.joined())")
            lines += call.accounts.map { "\t\t\($0)" }
        }
        return lines
    }
}
