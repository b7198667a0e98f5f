import Encodings

/// How the updates of a round become one pseudo-gradient (`merge` in the run file).
///
/// Every rule is defined for sparse updates in docs/protocol.md.
package struct MergeRule: Sendable, Equatable {
    /// The rule itself.
    package let method: MergeRule.Method
    /// What an element is divided by that not everybody sent.
    package let reading: SparseReading
    /// The share of the weight by which an element is divided at least, over `senders`.
    ///
    /// So what fewer have sent counts less; 0 is no guard.
    package let leastShare: Float
    /// Each tensor of an update is first cut to this multiple of the median norm; nil is never.
    package let clip: Float?
    /// Updates are first shuffled and averaged by this many; 1 is not at all.
    package let bucket: Int

    /// A rule of the given parts.
    package init(
        _ method: MergeRule.Method, over reading: SparseReading = .all, leastShare: Float = 0,
        clip: Float? = nil, bucket: Int = 1
    ) {
        self.method = method
        self.reading = reading
        self.leastShare = leastShare
        self.clip = clip
        self.bucket = bucket
    }

    /// The rule's part of the section `merge`.
    init(_ fields: inout JSONFields) throws(MalformedInput) {
        method = try MergeRule.Method(&fields)
        let names = SparseReading.allCases.map(\.rawValue).joined(separator: " or ")
        reading =
            try fields.optionalValue("over", expected: names) { value in
                value.string.flatMap { SparseReading(rawValue: $0) }
            } ?? .all
        leastShare =
            reading == .senders ? try fields.optionalFloat("least_share", in: 0...1) ?? 0 : 0
        clip = try fields.optionalFloat("clip", in: 1e-3...1e6)
        bucket = Int(try fields.optionalInteger("bucket", in: 1...1_024) ?? 1)
    }
}

/// What an element is divided by that not everybody sent (`merge.over`).
package enum SparseReading: String, CaseIterable, Sendable {
    /// All weights: who did not send it sent 0 (SparseLoCo's published equation).
    case all
    /// The weights of those who sent it (DeMo's and SparseLoCo's released code).
    case senders
}
