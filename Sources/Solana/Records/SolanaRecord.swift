package import Encodings

/// A line of what the commands for Solana print and take.
package enum SolanaRecord: Sendable {
    /// A transaction of a payout.
    case payout(PayoutRecord)
    /// Another transaction.
    case transaction(TransactionRecord)
    /// A lookup table that transactions beside it make.
    case table(LookupTable)

    /// The line.
    package var json: JSON {
        switch self {
        case .payout(let record): record.json
        case .transaction(let record): record.json
        case .table(let table): table.json
        }
    }

    /// The transaction of the line, if it is of one; setting another changes nothing else.
    package var transaction: Transaction? {
        get {
            switch self {
            case .payout(let record): record.batch.transaction
            case .transaction(let record): record.transaction
            case .table: nil
            }
        }
        set {
            guard let newValue else { return }
            switch self {
            case .payout(var record):
                record.batch.transaction = newValue
                self = .payout(record)
            case .transaction(var record):
                record.transaction = newValue
                self = .transaction(record)
            case .table: return
            }
        }
    }

    /// Reads a line, whose transaction may use `tables`.
    package init(_ json: JSON, tables: [LookupTable]) throws(MalformedInput) {
        switch json["type"]?.string {
        case PayoutRecord.recordType:
            self = .payout(try PayoutRecord(json, tables: tables))
        case TransactionRecord.recordType:
            self = .transaction(try TransactionRecord(json, tables: tables))
        case LookupTable.recordType: self = .table(try LookupTable(json))
        default:
            throw MalformedInput(
                "field 'type': expected payout, transaction or lookup-table, found "
                    + (json["type"]?.summary ?? "none"))
        }
    }

    /// The lines of a file.
    package static func read(
        _ file: [UInt8], tables: [LookupTable]
    ) throws(MalformedInput) -> [SolanaRecord] {
        try JSONLines.read(file, sizeLimit: TransactionRecord.maximumFileSize) {
            json throws(MalformedInput) in try SolanaRecord(json, tables: tables)
        }
    }
}
