import Artifacts
package import Encodings
import Identity
import Storage
import TransparencyLog

extension Genesis {
    /// The body of entry 0.
    package var json: JSON {
        var members = terms.object ?? []
        if let tolerantPay {
            members.append(
                JSONMember(key: "tolerant_pay_ppm", value: .integer(Int64(tolerantPay.value))))
        }
        if let cap = rewardRule.cap {
            members.append(JSONMember(key: "reward_cap", value: .integer(Int64(cap))))
        }
        members += delays.members
        if minimumPayout > 0 {
            members.append(JSONMember(key: "minimum_payout", value: Amount.json(minimumPayout)))
        }
        if stakePerThroughput > 0 {
            members.append(
                JSONMember(key: "stake_per_throughput", value: Amount.json(stakePerThroughput)))
        }
        return .object(members)
    }

    private var terms: JSON {
        [
            "type": "genesis",
            "format": .string(Genesis.format),
            "name": .string(name),
            "run": .string(run.hex),
            "operator": .string(keeper.base58),
            "verifiers": .array(verifiers.map { .string($0.base58) }),
            "quorum": .integer(Int64(quorum)),
            "reward_rule": .string(rewardRule.name),
            "reward_per_round": Amount.json(rewardPerRound),
            "slash_ppm": .integer(Int64(slash.value)),
            "minimum_stake": Amount.json(minimumStake),
            "supply": Amount.json(supply),
            "grants": .array(
                grants.map {
                    [
                        "account": .string($0.account.base58),
                        "amount": Amount.json($0.amount),
                    ]
                }),
            "symbol": .string(unit.symbol),
            "decimals": .integer(Int64(unit.decimals)),
        ]
    }

    /// Reads and checks the body of entry 0.
    package init(_ json: JSON) throws(MalformedInput) {
        var fields = try JSONFields(json, of: "genesis")
        try fields.constant("type", "genesis")
        try fields.constant("format", Genesis.format)
        name = try fields.string("name", limit: Genesis.maximumNameLength)
        run = try fields.digest("run")
        keeper = try fields.publicKey("operator")
        verifiers = try Genesis.keys(
            try fields.array("verifiers", limit: Genesis.maximumVerifiers))
        quorum = try fields.count("quorum")
        let cap = try fields.optionalValue("reward_cap", expected: "a number of tokens") {
            $0.integer.flatMap { UInt64(exactly: $0) }
        }
        rewardRule = try fields.value(
            "reward_rule",
            expected: "\(RewardRule.expectation), capped-tokens with 'reward_cap', and no other"
        ) { value in
            value.string.flatMap { RewardRule(named: $0, cap: cap) }
        }
        rewardPerRound = try fields.amount("reward_per_round")
        slash = try fields.value("slash_ppm", expected: PartsPerMillion.expectation) {
            PartsPerMillion($0)
        }
        tolerantPay = try fields.optionalValue(
            "tolerant_pay_ppm", expected: PartsPerMillion.expectation
        ) { PartsPerMillion($0) }
        delays = try RoundDelays(&fields)
        minimumPayout = try fields.positiveAmount("minimum_payout") ?? 0
        stakePerThroughput = try fields.positiveAmount("stake_per_throughput") ?? 0
        minimumStake = try fields.amount("minimum_stake")
        supply = try fields.amount("supply")
        grants = try Genesis.grants(try fields.array("grants", limit: Genesis.maximumGrants))
        let symbol = try fields.string("symbol", limit: TokenUnit.maximumSymbolLength)
        let decimals = try fields.count("decimals")
        try fields.finish()
        guard let unit = TokenUnit(symbol: symbol, decimals: decimals) else {
            throw MalformedInput(
                "fields 'symbol' and 'decimals': expected 1 to \(TokenUnit.maximumSymbolLength)"
                    + " capitals or digits and 0 to \(TokenUnit.maximumDecimals) places")
        }
        self.unit = unit
        try check()
    }

    /// Checks the limits of the fields, and what they must fulfil together.
    package func check() throws(MalformedInput) {
        guard (1...Genesis.maximumNameLength).contains(name.utf8.count), name.isPrintable else {
            throw MalformedInput(
                "field 'name': expected 1 to \(Genesis.maximumNameLength) bytes of text"
                    + " without control characters")
        }
        guard (1...Genesis.maximumVerifiers).contains(verifiers.count), verifiers.isAscending else {
            throw MalformedInput(
                "field 'verifiers': expected 1 to \(Genesis.maximumVerifiers) distinct keys"
                    + " in the order of bytes")
        }
        guard quorum <= verifiers.count, quorum > verifiers.count / 2 else {
            throw .field(
                "quorum", expected: "more than half of \(verifiers.count) verifiers",
                found: "\(quorum)")
        }
        guard grants.count <= Genesis.maximumGrants, grants.map(\.account).isAscending else {
            throw MalformedInput(
                "field 'grants': expected at most \(Genesis.maximumGrants) distinct accounts"
                    + " in the order of bytes")
        }
        try delays.check()
        guard treasury != nil else {
            throw MalformedInput("field 'grants': more than the supply of \(supply)")
        }
    }

    /// What the supply leaves after the grants, or `nil` when they exceed it.
    var treasury: UInt64? {
        let granted = grants.reduce(UInt128(0)) { $0 + UInt128($1.amount) }
        return granted <= UInt128(supply) ? supply - UInt64(granted) : nil
    }

    private static func keys(_ values: [JSON]) throws(MalformedInput) -> [PublicKey] {
        var keys: [PublicKey] = []
        for value in values {
            guard let key = value.string.flatMap({ PublicKey(base58: $0) }) else {
                throw .field("verifiers", expected: "base58 public keys", found: value.summary)
            }
            keys.append(key)
        }
        return keys
    }

    private static func grants(_ values: [JSON]) throws(MalformedInput) -> [Grant] {
        var grants: [Grant] = []
        for value in values {
            var fields = try JSONFields(value, of: "grant \(grants.count)")
            grants.append(
                Grant(
                    account: try fields.publicKey("account"), amount: try fields.amount("amount")))
            try fields.finish()
        }
        return grants
    }
}

extension PartsPerMillion {
    fileprivate static let expectation = "an integer from 0 to 1000000"

    fileprivate init?(_ value: JSON) {
        guard let integer = value.integer, let millionths = UInt64(exactly: integer) else {
            return nil
        }
        self.init(millionths)
    }
}

extension [PublicKey] {
    /// Whether each key comes after the one before it, so that none occurs twice.
    fileprivate var isAscending: Bool { zip(self, dropFirst()).allSatisfy { $0 < $1 } }
}
