import Encodings

extension MergeRule {
    /// A rule of the run file; each has its source and its definition in `Aggregation`.
    package enum Method: Sendable, Equatable {
        /// The mean, everybody counting the same.
        case mean
        /// The mean, weighted by verified tokens.
        case weightedMean
        /// The median of every element.
        case coordinateMedian
        /// The mean of every element without its `drop` highest and lowest values.
        case trimmedMean(drop: Int)
        /// The point with the least sum of distances, after so many iterations.
        case geometricMedian(iterations: Int)
        /// The mean of the `keep` updates nearest to their neighbours, `attackers` being left out.
        case multiKrum(attackers: Int, keep: Int)
        /// The mean of updates cut to the median distance from a centre, repeated.
        case centeredClipping(iterations: Int)
        /// The weighted mean of updates each of whose tensors is cut to the median norm.
        case normClipping
        /// The sign of the sum of signs.
        case signVote
        /// The mean norm times the direction of the mean direction.
        case radialDirectional
        /// The weighted mean of updates that agree with the majority of the others.
        case agreement

        /// The names of the rules, in the order of the table.
        package static let names = table.map(\.name)

        init(_ fields: inout JSONFields) throws(MalformedInput) {
            let name = try fields.choice("rule", of: Method.names)
            switch name {
            case "mean v1": self = .mean
            case "weighted-mean v1": self = .weightedMean
            case "coordinate-median v1": self = .coordinateMedian
            case "trimmed-mean v1":
                self = .trimmedMean(drop: Int(try fields.integer("drop", in: 1...65_536)))
            case "geometric-median v1":
                self = .geometricMedian(
                    iterations: Int(try fields.integer("iterations", in: 1...64)))
            case "multi-krum v1":
                self = .multiKrum(
                    attackers: Int(try fields.integer("attackers", in: 0...65_536)),
                    keep: Int(try fields.integer("keep", in: 1...65_536)))
            case "centered-clipping v1":
                self = .centeredClipping(
                    iterations: Int(try fields.integer("iterations", in: 1...64)))
            case "median-norm-clipping v1": self = .normClipping
            case "sign-vote v1": self = .signVote
            case "radial-directional v1": self = .radialDirectional
            default: self = .agreement
            }
        }

        /// The share of false updates from which each rule may be moved anywhere, and what
        /// the rule takes besides its name.
        package static let table: [(name: String, breakdown: String, settings: String)] = [
            ("mean v1", "0", ""),
            ("weighted-mean v1", "0", ""),
            ("coordinate-median v1", "1/2", ""),
            ("trimmed-mean v1", "drop/n", "drop"),
            ("geometric-median v1", "1/2 of the tokens", "iterations"),
            ("multi-krum v1", "attackers/n, below (n-2)/2", "attackers, keep"),
            ("centered-clipping v1", "1/2 (about 1/10 proven)", "iterations"),
            ("median-norm-clipping v1", "size 1/2, direction 0", ""),
            ("sign-vote v1", "1/2", ""),
            ("radial-directional v1", "0", ""),
            ("agreement v1", "1/2", ""),
        ]
    }
}
