import ArgumentParser
import CommandLineTool
import Encodings
import Identity
import Solana
import Storage

/// Signs.
struct SignTransactions: Tool {
    static let configuration = CommandConfiguration(
        commandName: "sign",
        abstract: "Sign transactions, or take in signatures made elsewhere.",
        discussion: """
            Reads lines as the other commands print them and prints them with more signatures. \
            Before anything is signed, each line is held against its transaction: a payout that \
            pays others or more than it says is refused. Transactions that use lookup tables \
            need these, from where you trust them.

            With --list everything must be a payout, and together pay that list: give it where \
            keys are kept offline.

            Signatures of Solana's own command line are taken with --signer, as its --sign-only \
            prints them. The exit status is 1 with --complete if one is still missing.

            Example:
              nous-ledger solana sign --key payer.json unsigned.ndjson > signed.ndjson
              nous-ledger solana sign --signer $PAYER=$SIGNATURE unsigned.ndjson
            """)

    @Argument(help: ArgumentHelp("Lines; - is standard input.", valueName: "records"))
    var records: String = "-"

    @Option(
        help: ArgumentHelp("Sign with this key; may be repeated.", valueName: "file"))
    var key: [String] = []

    @Option(
        help: ArgumentHelp(
            "Take in a signature made elsewhere; may be repeated.",
            valueName: "address=signature"))
    var signer: [String] = []

    @Option(
        help: ArgumentHelp(
            "Take in the signatures of objects that inspect --offline printed elsewhere.",
            valueName: "file"))
    var signatures: [String] = []

    @OptionGroup var lookup: LookupOptions

    @Option(
        help: ArgumentHelp(
            "Refuse anything but payouts that together pay this list.", valueName: "file"))
    var list: String?

    @Flag(help: "Fail with status 1 if a signature is still missing.")
    var complete = false

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Where to write; by default to standard output.", valueName: "file"))
    var output: String?

    func validate() throws {
        try Operand.expectOneStream([records, list] + key + signatures + lookup.lookupTable)
    }

    func run() throws {
        let keys = try key.map { try KeyFile.read($0) }
        let given = try given()
        var records = try SolanaFiles.records(
            records, tables: try lookup.tables())
        if let list { try expect(try SolanaFiles.list(list), records) }
        var unused = Set(given)
        for index in records.indices {
            guard var transaction = records[index].transaction else { continue }
            try PayerOptions.sign(&transaction, with: keys)
            for signature in given where signature.isValid(for: transaction.message) {
                try transaction.add(signature)
                unused.remove(signature)
            }
            records[index].transaction = transaction
        }
        if let first = unused.min(by: { $0.signer < $1.signer }) {
            throw MalformedInput("the signature of \(first.signer) is of none of the transactions")
        }
        try expectKeysUsed(keys, records)
        try Operand.write(
            records.flatMap { $0.json.orderedLine }, to: output)
        if complete { try expectComplete(records) }
    }

    /// The signatures that were made elsewhere.
    private func given() throws -> [SignerSignature] {
        var given: [SignerSignature] = []
        for text in signer {
            guard let signature = SignerSignature(text) else {
                throw Failure(
                    .usage, "--signer: expected ADDRESS=SIGNATURE in base58, found '\(text)'")
            }
            given.append(signature)
        }
        for operand in signatures {
            given += try SolanaFiles.parsed(
                operand, limit: TransactionRecord.maximumFileSize
            ) { bytes throws(MalformedInput) in
                try JSONLines.read(bytes, sizeLimit: TransactionRecord.maximumFileSize) {
                    json throws(MalformedInput) in try OfflineSignatures(json).signers
                }.flatMap(\.self)
            }
        }
        return given
    }

    /// Refuses records that are not together a payout of `list`.
    private func expect(_ list: PayoutList, _ records: [SolanaRecord]) throws {
        let payments = try records.flatMap { record in
            guard case .payout(let payout) = record else {
                throw MalformedInput("expected payouts alone, found another line")
            }
            return payout.batch.payments.map { PayoutList.Entry($0.recipient, $0.amount) }
        }
        guard payments.count == list.entries.count, try PayoutList(payments) == list else {
            throw MalformedInput(
                "the lines do not pay the list: \(payments.count) payments for"
                    + " \(list.entries.count)")
        }
    }

    private func expectKeysUsed(_ keys: [SigningKey], _ records: [SolanaRecord]) throws {
        for key in keys {
            let isAsked = records.contains { record in
                record.transaction?.message.signers.contains(Address(key.publicKey)) == true
            }
            guard isAsked else {
                throw MalformedInput("\(key.publicKey) is no signer of any of the transactions")
            }
        }
    }

    private func expectComplete(_ records: [SolanaRecord]) throws {
        for record in records {
            guard let missing = record.transaction?.missingSigners.first else { continue }
            throw Failure(.answerIsNo, "the signature of \(missing) is missing")
        }
    }
}
