import ArgumentParser
import CommandLineTool
import Encodings
import Solana
import Storage

/// Makes the tree of a distributor.
struct MakeTree: Tool {
    static let configuration = CommandConfiguration(
        commandName: "tree",
        abstract: "Make the Merkle tree of a distributor, in Jito's or Jupiter's shape.",
        discussion: """
            The list is one for payout, or CSV as Jito's tool takes it \
            (pubkey,amount_unlocked,amount_locked,category, in whole tokens of 9 decimals) or \
            Jupiter's (pubkey,amount,locked_amount, in tokens of --decimals).

            Example:
              nous-ledger solana tree payouts.csv > tree.json
              nous-ledger solana tree --shape jupiter --decimals 6 \\
                airdrop.csv > airdrop.json
              nous-ledger solana tree --from-tree --summary tree.json
            """)

    @Argument(help: ArgumentHelp("The list; - is standard input.", valueName: "list"))
    var list: String = "-"

    @Flag(help: "The input is a tree of either shape: check it, and write it again.")
    var fromTree = false

    @Option(help: "Whose shape the file has: jito or jupiter.")
    var shape: DistributorFile = .jito

    @Option(
        name: .customLong("tree-version"),
        help: ArgumentHelp("The version that Jupiter's shape names.", valueName: "n"))
    var version: UInt64 = 0

    @Option(help: ArgumentHelp("The decimals of the mint.", valueName: "n"))
    var decimals: UInt8?

    @Flag(help: "Print root and totals in one JSON object instead of the tree.")
    var summary = false

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Where to write; by default to standard output.", valueName: "file"))
    var output: String?

    func run() throws {
        let tree = try fromTree ? SolanaFiles.tree(list) : DistributorTree(claims())
        var bytes: [UInt8] = []
        if summary {
            bytes = description(of: tree).orderedLine
        } else {
            try shape.write(tree, version: version) { bytes += $0 }
        }
        try Operand.write(bytes, to: output)
    }

    private func claims() throws -> [DistributorClaim] {
        try SolanaFiles.parsed(list, limit: DistributorList.maximumFileSize) {
            bytes throws(MalformedInput) in
            try DistributorList.claims(in: bytes, decimals: decimals.map { Int($0) })
        }
    }

    private func description(of tree: DistributorTree) -> JSON {
        [
            "type": "tree", "root": tree.root.json,
            "claims": .integer(Int64(tree.claims.count)), "total": Amount.json(tree.total),
            "version": Amount.json(Distributor.version(for: tree.root)),
        ]
    }
}

extension DistributorFile: ExpressibleByArgument {}
