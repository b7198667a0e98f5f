import CommandLineTool
import Encodings
import Solana
import Storage

/// Files of the commands for Solana, by operand.
enum SolanaFiles {
    /// Lookup tables; lines of other kinds between them are passed over.
    static func tables(_ operand: String) throws -> [LookupTable] {
        try parsed(operand, limit: LookupTable.maximumFileSize) { bytes throws(MalformedInput) in
            try JSONLines.read(bytes, sizeLimit: LookupTable.maximumFileSize) {
                json throws(MalformedInput) -> LookupTable? in
                json["type"] == "transaction" ? nil : try LookupTable(json)
            }.compactMap(\.self)
        }
    }

    /// Durable nonces.
    static func nonces(_ operand: String) throws -> [DurableNonce] {
        let nonces = try parsed(operand, limit: AccountDump.maximumFileSize) {
            bytes throws(MalformedInput) in
            try JSONLines.read(bytes, sizeLimit: AccountDump.maximumFileSize) {
                json throws(MalformedInput) in try DurableNonce(json)
            }
        }
        guard nonces.count <= DurableNonce.maximumCount else {
            throw MalformedInput(
                "expected at most \(DurableNonce.maximumCount) nonces, found \(nonces.count)",
                in: Operand.name(operand))
        }
        return nonces
    }

    /// A list of payments.
    static func list(_ operand: String) throws -> PayoutList {
        try parsed(operand, limit: PayoutList.maximumFileSize) { bytes throws(MalformedInput) in
            try PayoutList(parsing: bytes)
        }
    }

    /// Records, whose transactions may use `tables`.
    static func records(_ operand: String, tables: [LookupTable]) throws -> [SolanaRecord] {
        try parsed(operand, limit: TransactionRecord.maximumFileSize) {
            bytes throws(MalformedInput) in try SolanaRecord.read(bytes, tables: tables)
        }
    }

    /// A distributor's tree.
    static func tree(_ operand: String) throws -> DistributorTree {
        try parsed(operand, limit: DistributorFile.maximumFileSize) {
            bytes throws(MalformedInput) in try DistributorTree(file: bytes)
        }
    }

    /// Accounts as a node showed them.
    static func accounts(_ operand: String) throws -> [AccountDump?] {
        try parsed(operand, limit: AccountDump.maximumFileSize) { bytes throws(MalformedInput) in
            try AccountDump.read(bytes)
        }
    }

    /// What `read` makes of the operand; errors name it.
    static func parsed<Value>(
        _ operand: String, limit: Int, _ read: ([UInt8]) throws(MalformedInput) -> Value
    ) throws -> Value {
        let bytes = try Operand.read(operand, limit: limit)
        do throws(MalformedInput) {
            return try read(bytes)
        } catch {
            throw error.within(Operand.name(operand))
        }
    }

    /// Prints a record.
    static func print(_ record: SolanaRecord) throws { try print(record.json) }

    /// Prints one line of JSON.
    static func print(_ json: JSON) throws {
        try Operand.print(json.orderedText)
    }
}
