import ArgumentParser
import CommandLineTool
import Encodings
import Identity
import Rounds
import RunFiles
import Settlement
import Storage
import TransparencyLog

/// Creates a ledger.
struct Initialize: Tool {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Create a ledger.",
        discussion: """
            The terms are fixed from then on. Doing it again with the same terms changes nothing.

            Example:
              nous-ledger init ledger --run run.yaml --operator-key operator.json \\
                --verifier $(nous-ledger keygen --public verifier.json) \\
                --grant $(nous-ledger keygen --public worker.json)=100
            """)

    @Argument(help: ArgumentHelp("The directory to create.", valueName: "ledger"))
    var ledger: String

    @Option(
        name: .customLong("run"),
        help: ArgumentHelp(
            "The run file, which fixes all rewards; - is standard input.", valueName: "run.yaml"))
    var runFile: String

    @Option(
        help: ArgumentHelp(
            "A key whose verdicts count; may be given several times.", valueName: "key"))
    var verifier: [String]

    @Option(
        help: ArgumentHelp(
            "How many verifiers must agree; by default, and at least, more than half.",
            valueName: "n"))
    var quorum: UInt64?

    @Option(help: ArgumentHelp("The least stake of a worker.", valueName: "amount"))
    var minimumStake: UInt64 = 0

    @Option(
        help: ArgumentHelp(
            "The stake that backs a token a second: a worker counts with no more speed than its "
                + "stake backs, whatever it declares.", valueName: "amount"))
    var stakePerThroughput: UInt64 = 0

    @Option(
        help: ArgumentHelp(
            "Money an account has from the start; may be given several times.",
            valueName: "key=amount"))
    var grant: [String] = []

    @Option(help: ArgumentHelp("The operator's key, which signs the log.", valueName: "file"))
    var operatorKey: String

    @OptionGroup var lock: LockOptions

    func run() throws {
        let key = try KeyFile.read(operatorKey)
        let genesis = try genesis(keeper: key.publicKey)
        do {
            try genesis.check()
        } catch {
            throw Failure(.usage, error.description)
        }
        do {
            try LogDirectory(ledger).create(
                with: genesis.json, signedWith: key, timeoutSeconds: lock.lockTimeout)
        } catch is OtherLogExists {
            throw Failure(
                .cannotCreate, "'\(ledger)' is a ledger with other terms",
                hint: "a ledger's terms never change; name another directory")
        }
    }

    private func genesis(keeper: PublicKey) throws -> Genesis {
        let run = try RunFile.read(runFile)
        guard let rule = RewardRule(named: run.reward.rule.rawValue, cap: run.reward.cap) else {
            throw Failure(
                .configuration,
                "\(runFile): reward: expected a rule of \(RewardRule.names.joined(separator: ", ")),"
                    + " capped-tokens with a cap, and no other")
        }
        guard let slash = PartsPerMillion(UInt64(run.reward.slashPartsPerMillion)),
            let unit = TokenUnit(symbol: run.reward.symbol, decimals: UInt64(run.reward.decimals))
        else {
            throw Failure(
                .configuration,
                "\(runFile): reward: expected a symbol of 1 to \(TokenUnit.maximumSymbolLength) "
                    + "capitals or digits, and at most \(TokenUnit.maximumDecimals) decimals")
        }
        let verifiers = try verifier.map { try Parse.key($0, "--verifier") }.sorted()
        return Genesis(
            name: run.name, run: run.digest, keeper: keeper,
            verifiers: verifiers, quorum: quorum ?? UInt64(verifiers.count / 2 + 1),
            rewardRule: rule, rewardPerRound: run.reward.perRound, slash: slash,
            minimumStake: minimumStake, supply: run.reward.supply, grants: try grants(), unit: unit,
            tolerantPay: run.tolerant.flatMap { PartsPerMillion(UInt64($0.payPartsPerMillion)) },
            delays: run.reward.delays,
            minimumPayout: run.reward.minimumPayout, stakePerThroughput: stakePerThroughput)
    }

    private func grants() throws -> [Genesis.Grant] {
        try grant.map { text in
            let parts = text.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, let amount = Amount.parse(String(parts[1])) else {
                throw Failure(.usage, "--grant: expected key=amount, found '\(text)'")
            }
            return Genesis.Grant(
                account: try Parse.key(String(parts[0]), "--grant"), amount: amount)
        }
        .sorted { $0.account < $1.account }
    }
}
