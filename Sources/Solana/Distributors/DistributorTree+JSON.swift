package import Encodings
import Storage

/// The two shapes of the file of a distributor's tree.
package enum DistributorFile: String, Sendable, CaseIterable {
    /// Jito's, with the reasons apart.
    case jito
    /// Jupiter's, with a version.
    case jupiter

    /// The largest file in bytes.
    package static let maximumFileSize = 1 << 28

    /// The bytes of the file of `tree`, one part after the other.
    package func write(
        _ tree: DistributorTree, version: UInt64, to sink: ([UInt8]) throws -> Void
    ) throws {
        let opening = JSON.object(header(of: tree, version)).orderedBytes().dropLast()
        try sink(opening + Array(",\"tree_nodes\":[".utf8))
        for place in tree.claims.indices {
            try sink((place == 0 ? [] : [UInt8(ascii: ",")]) + node(tree, place).orderedBytes())
        }
        try sink(Array("]}\n".utf8))
    }

    private func header(of tree: DistributorTree, _ version: UInt64) -> [JSONMember] {
        let root = JSONMember(key: "merkle_root", value: tree.root.integers)
        let count = JSONMember(key: "max_num_nodes", value: .integer(Int64(tree.claims.count)))
        let unlocked = tree.claims.reduce(0) { $0 + $1.unlocked }
        return switch self {
        case .jito: [root, count, JSONMember(key: "max_total_claim", value: .unsigned(tree.total))]
        case .jupiter:
            [
                root, JSONMember(key: "airdrop_version", value: .unsigned(version)), count,
                JSONMember(key: "total_unlocked_amount", value: .unsigned(unlocked)),
                JSONMember(
                    key: "total_locked_amount", value: .unsigned(tree.total - unlocked)),
            ]
        }
    }

    private func node(_ tree: DistributorTree, _ place: Int) -> JSON {
        let claim = tree.claims[place]
        let claimant = JSONMember(key: "claimant", value: .integers(claim.claimant.bytes))
        let proof = JSONMember(
            key: "proof", value: .array(tree.proof(at: place).map(\.integers)))
        guard self == .jito else {
            return .object([
                claimant, JSONMember(key: "amount", value: .unsigned(claim.unlocked)),
                JSONMember(key: "locked_amount", value: .unsigned(claim.locked)), proof,
            ])
        }
        let amounts = zip(DistributorClaim.Category.allCases, claim.allocations)
            .flatMap { category, allocation in
                [
                    JSONMember(
                        key: "total_unlocked_\(category)", value: .unsigned(allocation.unlocked)),
                    JSONMember(
                        key: "total_locked_\(category)", value: .unsigned(allocation.locked)),
                ]
            }
        return .object([claimant, proof] + amounts)
    }
}

extension DistributorTree {
    /// The tree in a file of either shape, today's or an older one; root, proofs and totals must
    /// follow from its claims.
    package init(file bytes: [UInt8]) throws(MalformedInput) {
        let json = try JSON(parsing: bytes)
        guard let nodes = json["tree_nodes"]?.array, nodes.count <= Self.maximumClaims else {
            throw MalformedInput(
                "field 'tree_nodes': expected an array of at most \(Self.maximumClaims) claims")
        }
        var claims: [DistributorClaim] = []
        for (place, node) in nodes.enumerated() {
            do throws(MalformedInput) {
                claims.append(try DistributorClaim(node: node))
            } catch {
                throw error.within("claim \(place)")
            }
        }
        try self.init(claims)
        guard self.claims.count == nodes.count else {
            throw MalformedInput("expected distinct claimants, found one twice")
        }
        try checkHeader(json)
        for (place, node) in nodes.enumerated() {
            try checkProof(node["proof"], at: place)
        }
    }

    private func checkHeader(_ json: JSON) throws(MalformedInput) {
        guard let root = json["merkle_root"], root == self.root.integers else {
            throw MalformedInput("field 'merkle_root' is not the root of the claims, \(root)")
        }
        let unlocked = claims.reduce(0) { $0 + $1.unlocked }
        // Today's files of Jupiter's have the last two, all others the one before.
        let stated: [(String, UInt64)] = [
            ("max_num_nodes", UInt64(claims.count)), ("max_total_claim", total),
            ("total_unlocked_amount", unlocked), ("total_locked_amount", total - unlocked),
        ]
        for (name, expected) in stated {
            guard let value = json[name] else { continue }
            guard value.unsigned == expected else {
                throw .field(name, expected: "\(expected)", found: value.summary)
            }
        }
    }

    private func checkProof(_ proof: JSON?, at place: Int) throws(MalformedInput) {
        // A file from before the proofs were made has none.
        guard let proof, proof != .null else { return }
        guard proof == .array(self.proof(at: place).map(\.integers)) else {
            throw MalformedInput("the proof does not lead to the root", in: "claim \(place)")
        }
    }
}

extension DistributorClaim {
    /// The claim in a node of a tree's file, of whatever shape.
    fileprivate init(node json: JSON) throws(MalformedInput) {
        var fields = try JSONFields(json, of: "claim")
        let claimant = try fields.value(
            "claimant", expected: "32 integers from 0 to 255, or an address"
        ) { value in
            value.bytes.flatMap { Address($0) } ?? Address(json: value)
        }
        _ = fields.optionalValue("proof")
        var allocations: [Category: Allocation] = [:]
        if json["amount"] != nil {
            allocations[.staker] = try fields.allocation("amount", "locked_amount")
        } else if json["amount_unlocked"] != nil {
            allocations[.staker] = try fields.allocation("amount_unlocked", "amount_locked")
        } else {
            for category in Category.allCases {
                allocations[category] = try fields.allocation(
                    "total_unlocked_\(category)", "total_locked_\(category)")
            }
        }
        try fields.finish()
        try self.init(claimant, allocations)
    }
}

extension JSONFields {
    fileprivate mutating func allocation(
        _ unlocked: String, _ locked: String
    ) throws(MalformedInput) -> DistributorClaim.Allocation {
        DistributorClaim.Allocation(
            unlocked: try value(unlocked, expected: "an amount", as: \.unsigned),
            locked: try value(locked, expected: "an amount", as: \.unsigned))
    }
}

extension Digest {
    /// The bytes as an array of integers.
    fileprivate var integers: JSON { .integers(bytes) }
}

extension JSON {
    /// Bytes as an array of integers.
    fileprivate static func integers(_ bytes: [UInt8]) -> JSON {
        .array(bytes.map { .integer(Int64($0)) })
    }

    /// An integer below 2^64.
    fileprivate static func unsigned(_ value: UInt64) -> JSON {
        Int64(exactly: value).map { .integer($0) } ?? .number(String(value))
    }

    /// The value of an integer below 2^64.
    var unsigned: UInt64? {
        switch self {
        case .integer(let value): UInt64(exactly: value)
        case .number(let text): Amount.parse(text)
        default: nil
        }
    }

    /// The bytes that an array of integers lists.
    fileprivate var bytes: [UInt8]? {
        guard let array, array.count <= 64 else { return nil }
        let bytes = array.compactMap { $0.integer.flatMap { UInt8(exactly: $0) } }
        return bytes.count == array.count ? bytes : nil
    }
}
