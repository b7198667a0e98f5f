package import Encodings

/// What became of the input of a corpus, for programs and for people.
package struct CurationReport {
    private let settings: CurationSettings
    private let mixture: DocumentMixture
    private let contamination: ContaminationIndex?
    private let summary: CorpusSummary

    /// A report on a corpus that has been packed.
    package init(
        settings: CurationSettings, mixture: DocumentMixture, contamination: ContaminationIndex?,
        summary: CorpusSummary
    ) {
        self.settings = settings
        self.mixture = mixture
        self.contamination = contamination
        self.summary = summary
    }

    private var tokens: Int { summary.train.tokens + summary.heldOut.tokens }
    private var input: IngestionCounts { summary.input }

    /// One record on the corpus, one for each reason of leaving out, and one for each source.
    package var records: [JSON] {
        [corpus] + reasons + sources
    }

    private var corpus: JSON {
        var members: [(String, JSON)] = [
            ("type", "corpus"), ("documents", .integer(Int64(input.documents))),
            ("bytes", .integer(Int64(input.bytes))), ("tokens", .integer(Int64(tokens))),
            ("bytes_per_token", .number(bytesPerToken)), ("input", input.json),
            ("settings", settings.json),
        ]
        if let contamination {
            members.append(("held_against", .integer(Int64(contamination.texts))))
            members.append(("held_against_short", .integer(Int64(contamination.short))))
        }
        if let exhausted = mixture.exhausted {
            members.append(("ended_with", .string(name(of: mixture.lanes[exhausted]))))
        }
        return .object(members.map { JSONMember(key: $0.0, value: $0.1) })
    }

    private var reasons: [JSON] {
        DropReason.allCases.compactMap { reason in
            input.dropped[reason].map { tally in
                [
                    "type": "dropped", "reason": .string(reason.rawValue),
                    "documents": .integer(Int64(tally.documents)),
                    "bytes": .integer(Int64(tally.bytes)),
                ]
            }
        }
    }

    private var sources: [JSON] {
        mixture.lanes.map { lane in
            var members: [(String, JSON)] = [
                ("type", "source"), ("name", .string(name(of: lane))), ("read", lane.read.json),
                ("kept", lane.kept.json),
            ]
            if let weight = lane.source.weight {
                members.append(("weight", .integer(Int64(weight))))
            }
            if let licence = lane.source.settings.labels.licence {
                members.append(("licence", .string(licence)))
            }
            return .object(members.map { JSONMember(key: $0.0, value: $0.1) })
        }
    }

    /// Lines for people.
    package var lines: [String] {
        var lines = [
            "kept \(input.documents) documents, \(input.bytes) bytes, \(tokens) tokens,"
                + " \(bytesPerToken) bytes a token"
        ]
        for reason in DropReason.allCases {
            guard let tally = input.dropped[reason] else { continue }
            lines.append(
                "dropped \(tally.documents) documents, \(tally.bytes) bytes: \(reason.rawValue)")
        }
        for (count, what) in [
            (input.empty, "empty files or records"), (input.skipped, "documents not in UTF-8"),
            (input.malformedRecords, "records without a text"),
        ] where count > 0 { lines.append("left out \(count) \(what)") }
        if input.repaired > 0 {
            lines.append(
                "repaired \(input.repaired) documents with \(input.replacements) replacements")
        }
        if let warning = contaminationWarning { lines.append(warning) }
        if let exhausted = mixture.exhausted {
            lines.append("the mixture ended with source '\(name(of: mixture.lanes[exhausted]))'")
        }
        return lines
    }

    /// What people must know of texts to be measured on that cannot be found; nil if there are none.
    package var contaminationWarning: String? {
        guard let contamination, contamination.short > 0 else { return nil }
        return "\(contamination.short) of \(contamination.texts) texts to be measured on have fewer"
            + " than \(settings.contaminationWords) words and were not looked for"
    }

    private func name(of lane: DocumentMixture.Lane) -> String { lane.source.name ?? "operands" }

    /// Two decimals, rounded down.
    private var bytesPerToken: String {
        let hundredths = tokens > 0 ? input.bytes * 100 / tokens : 0
        let fraction = hundredths % 100
        return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
    }
}
