import Encodings
package import Storage

/// What a payout says of itself on chain, so that it is found there and not made twice:
/// `nous:<run>:<round>:<root>:<k>/<n>`, of run and root the first 16 hexadecimal digits.
package struct PayoutMemo: Hashable, Sendable {
    /// The run.
    package let run: Digest
    /// The round that is paid for.
    package let round: UInt32
    /// What the payout follows from, such as the root of the ledger's checkpoint.
    package let root: Digest

    /// A memo without the number of its batch.
    package init(run: Digest, round: UInt32, root: Digest) {
        self.run = run
        self.round = round
        self.root = root
    }

    /// What all batches of the payout have in common.
    package var prefix: String {
        "nous:\(run.hex.prefix(16)):\(round):\(root.hex.prefix(16)):"
    }

    /// The text of batch `number` of `count`.
    func text(batch number: Int, of count: Int) -> String { "\(prefix)\(number)/\(count)" }
}

/// Which of how many batches a payout's transaction is.
package struct BatchNumber: Hashable, Sendable, CustomStringConvertible {
    /// The number, from 1.
    package let number: Int
    /// How many there are.
    package let count: Int

    /// Batch `number` of `count`, or nil if there is no such one.
    package init?(_ number: Int, of count: Int) {
        guard number >= 1, number <= count else { return nil }
        self.number = number
        self.count = count
    }

    /// Both numbers with a slash between, as in `2/7`.
    package var description: String { "\(number)/\(count)" }
}
