package import Identity
package import Storage

/// What a verifier measured of one contribution to a round, beside every question of honesty.
///
/// Specified in docs/formats/score.md. Losses are in micronats a token; a gain is positive where the
/// loss falls.
package struct Score: Sendable, Equatable {
    /// The digest of the run file.
    package var run: Digest
    /// The round.
    package var round: UInt32
    /// The digest of the checkpoint that the contribution starts from.
    package var base: Digest
    /// The digest of the contribution.
    package var contribution: Digest
    /// The worker's key.
    package var worker: PublicKey
    /// The seed that public choices were drawn by.
    package var seed: Digest
    /// What the contribution is worth if it is merged alone; a slice without enough sequences is
    /// left out.
    package var gains: [Slice: Gain]
    /// What it adds to the merge of all others, on the private slice.
    package var leaveOneOut: Gain?
    /// By how much the gain on assigned sequences exceeds that on others of the round.
    package var dataUse: Interval?
    /// How the update stands among those of the round; none if there are fewer than three.
    package var standing: Standing?
    /// The update that is most like it; none if it is alone.
    package var nearest: Neighbour?
    /// The worker's rating after the round.
    package var rating: Rating
    /// What commits to the projections that standing and likeness were computed from.
    package var projections: Digest
    /// Why the run leaves the contribution out of the merge; nothing if it does not.
    package var objections: [Objection]

    /// Sequences that a loss is measured on.
    package enum Slice: String, Sendable, CaseIterable {
        /// Those the worker had to train on.
        case assigned
        /// Others, drawn by the public seed.
        case random
        /// Those nobody but the verifier knows.
        case held = "private"
    }

    /// A mean and the interval that holds the true one in 95 of 100 cases, in micronats a token.
    package struct Interval: Sendable, Equatable {
        /// The mean.
        package var mean: Int64
        /// The lower bound.
        package var low: Int64
        /// The upper bound.
        package var high: Int64

        /// The interval of the given bounds.
        package init(mean: Int64, low: Int64, high: Int64) {
            self.mean = mean
            self.low = low
            self.high = high
        }
    }

    /// By how much the loss of some sequences falls.
    package struct Gain: Sendable, Equatable {
        /// The number of sequences.
        package var sequences: Int
        /// The mean loss before.
        package var before: Int64
        /// By how much it falls.
        package var gain: Interval

        /// The gain on so many sequences.
        package init(sequences: Int, before: Int64, gain: Interval) {
            self.sequences = sequences
            self.before = before
            self.gain = gain
        }
    }

    /// How an update stands among those of the round.
    package struct Standing: Sendable, Equatable {
        /// Deviations by which it is longer than the middle one, in thousandths.
        package var norm: Int64
        /// The cosine of its angle with the sum of all others, in parts per million.
        package var cosine: Int64
        /// Deviations by which that is more than the middle one, in thousandths.
        package var direction: Int64

        /// The standing of the given figures.
        package init(norm: Int64, cosine: Int64, direction: Int64) {
            self.norm = norm
            self.cosine = cosine
            self.direction = direction
        }
    }

    /// Another update and how like it is.
    package struct Neighbour: Sendable, Equatable {
        /// The digest of its contribution.
        package var contribution: Digest
        /// The likeness in parts per million.
        package var likeness: Int64

        /// The neighbour of the given likeness.
        package init(contribution: Digest, likeness: Int64) {
            self.contribution = contribution
            self.likeness = likeness
        }
    }

    /// A belief about how useful a worker is, in millionths.
    package struct Rating: Sendable, Equatable {
        /// The mean of the belief.
        package var mean: Int64
        /// Its standard deviation.
        package var deviation: Int64

        /// The belief of the given mean and deviation.
        package init(mean: Int64, deviation: Int64) {
            self.mean = mean
            self.deviation = deviation
        }

        /// The skill that the worker has almost surely: three deviations below the mean.
        package var ordinal: Int64 { mean - 3 * deviation }
    }

    /// A reason for which a run leaves a contribution out; the raw value is what the record says.
    package enum Objection: String, Sendable, CaseIterable {
        /// It is too like one that was sealed before.
        case copy
        /// Merged alone, it surely makes the model worse than the run allows.
        case harm
        /// It surely gains less on its own sequences than on others'.
        case otherData = "other-data"
        /// It is too long.
        case length
        /// It points too far away from the others.
        case direction
    }

    /// The largest figure in a record, in its unit, on either side of zero.
    package static let maximumFigure: Int64 = 1 << 53 - 1

    /// The largest mean or deviation of a rating, in millionths.
    package static let maximumRating: Int64 = 1_000_000_000_000

    /// The most sequences of a slice.
    package static let maximumSequences = 65_536

    /// The score of the given parts.
    package init(
        run: Digest, round: UInt32, base: Digest, contribution: Digest, worker: PublicKey,
        seed: Digest, gains: [Slice: Gain], leaveOneOut: Gain?, dataUse: Interval?,
        standing: Standing?, nearest: Neighbour?, rating: Rating, projections: Digest,
        objections: [Objection]
    ) {
        self.run = run
        self.round = round
        self.base = base
        self.contribution = contribution
        self.worker = worker
        self.seed = seed
        self.gains = gains
        self.leaveOneOut = leaveOneOut
        self.dataUse = dataUse
        self.standing = standing
        self.nearest = nearest
        self.rating = rating
        self.projections = projections
        self.objections = objections
    }
}
