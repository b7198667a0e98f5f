package import Artifacts
package import Identity
package import Storage
import TransparencyLog

/// The first entry: what the ledger is for, who keeps it, who judges, and how work is paid.
package struct Genesis: Sendable, Equatable {
    /// Names the entries' format and its version.
    package static let format = "nous-tools ledger v2"
    /// The longest name of a run, in bytes.
    package static let maximumNameLength = 64
    /// The most verifiers a ledger may name.
    package static let maximumVerifiers = 64
    /// The most accounts that may be granted money at the start.
    package static let maximumGrants = 256

    /// The name of the run, for people.
    package var name: String
    /// The digest of the run file.
    package var run: Digest
    /// The key that writes the log and disposes of the treasury.
    package var keeper: PublicKey
    /// The keys whose verdicts count, in the order of their bytes.
    package var verifiers: [PublicKey]
    /// How many verifiers must agree to decide about a contribution; more than half of them.
    package var quorum: UInt64
    /// How rewards are shared out.
    package var rewardRule: RewardRule
    /// The pool of one round, in base units.
    package var rewardPerRound: UInt64
    /// The share of its stake that a worker loses for a proven lie.
    package var slash: PartsPerMillion
    /// The least stake of a worker, in base units.
    package var minimumStake: UInt64
    /// The stake that backs a declared token a second, in base units; 0 if declarations need none.
    package var stakePerThroughput: UInt64
    /// All the money there is, in base units; it never changes.
    package var supply: UInt64
    /// What is paid out of the supply at the start; the rest is the treasury.
    package var grants: [Grant]
    /// How amounts are shown.
    package var unit: TokenUnit
    /// What a plausible contribution is paid of what an accepted one would be; nil if the run takes
    /// none.
    package var tolerantPay: PartsPerMillion?
    /// How long money waits.
    package var delays: RoundDelays
    /// What an account must have earned to be exported, in base units; less waits for more.
    package var minimumPayout: UInt64

    /// Terms, to be checked by `check()`.
    package init(
        name: String, run: Digest, keeper: PublicKey, verifiers: [PublicKey], quorum: UInt64,
        rewardRule: RewardRule, rewardPerRound: UInt64, slash: PartsPerMillion,
        minimumStake: UInt64, supply: UInt64, grants: [Grant], unit: TokenUnit,
        tolerantPay: PartsPerMillion? = nil, delays: RoundDelays = RoundDelays(),
        minimumPayout: UInt64 = 0, stakePerThroughput: UInt64 = 0
    ) {
        self.name = name
        self.run = run
        self.keeper = keeper
        self.verifiers = verifiers
        self.quorum = quorum
        self.rewardRule = rewardRule
        self.rewardPerRound = rewardPerRound
        self.slash = slash
        self.minimumStake = minimumStake
        self.supply = supply
        self.grants = grants
        self.unit = unit
        self.tolerantPay = tolerantPay
        self.delays = delays
        self.minimumPayout = minimumPayout
        self.stakePerThroughput = stakePerThroughput
    }

    /// The least stake that puts a worker on a roster, in base units.
    package var leastStake: UInt64 { max(minimumStake, stakePerThroughput) }

    /// Money an account holds from the start.
    package struct Grant: Sendable, Equatable {
        /// The account.
        package let account: PublicKey
        /// The amount in base units.
        package let amount: UInt64

        /// A grant of `amount` base units.
        package init(account: PublicKey, amount: UInt64) {
            self.account = account
            self.amount = amount
        }
    }
}
