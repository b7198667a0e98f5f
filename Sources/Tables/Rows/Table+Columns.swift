extension Table {
    /// The columns in order.
    package var columns: [Column] { Self.layout[self] ?? [] }

    /// How many of the first columns tell a row from every other.
    var keyLength: Int {
        switch self {
        case .movements, .payments: 2
        case .outcomes: 3
        default: 1
        }
    }

    private static let layout: [Table: [Column]] = [
        .ledger: [
            .text("origin"), .text("name"), .text("run"), .text("operator"), .amount("supply"),
            .text("symbol"), .integer("decimals"), .integer("entries"), .text("root"),
        ],
        .entries: [
            .integer("entry"), .text("type"), .text("author"), .integer("sequence"),
            .text("digest"),
        ],
        .movements: [
            .integer("entry"), .integer("place"),
            .text("source_kind"), .text("source_id").optional,
            .text("destination_kind"), .text("destination_id").optional,
            .amount("amount"), .text("reason"),
            .text("worker").optional, .integer("round").optional, .text("memo").optional,
        ],
        .accounts: [
            .text("account"), .amount("balance"), .amount("stake"), .amount("vesting"),
            .amount("owes"),
        ],
        .members: [
            .integer("entry"), .text("worker"), .text("payout"), .amount("stake"),
            .integer("throughput"), .integer("first_round"), .integer("end_round").optional,
        ],
        .rounds: [
            .integer("round"), .text("phase"), .integer("opened"), .integer("closed").optional,
            .integer("settled").optional, .integer("finished").optional,
            .integer("contributions"), .amount("pool").optional, .amount("paid").optional,
            .amount("slashed").optional,
        ],
        .contributions: [
            .integer("entry"), .text("contribution"), .text("worker"), .integer("round"),
            .text("base"), .integer("tokens"), .text("class"),
        ],
        .verdicts: [
            .integer("entry"), .text("verifier"), .text("contribution"), .text("outcome"),
            .text("reason"), .integer("revision"),
        ],
        .outcomes: [
            .integer("entry"), .integer("round"), .text("worker"), .integer("final"),
            .text("outcome"), .integer("tokens").optional, .amount("amount").optional,
            .amount("stake").optional, .amount("owed").optional,
        ],
        .exports: [
            .integer("export"), .integer("entry"), .integer("accounts"), .amount("total"),
            .text("list"), .integer("fixed").optional, .text("means").optional,
            .text("digest").optional, .integer("reconciled").optional,
            .integer("failed").optional,
        ],
        .payments: [
            .integer("export"), .integer("place"), .text("account"), .amount("amount"),
            .text("state"),
        ],
    ]
}
