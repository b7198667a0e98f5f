import Encodings
import Solana
import Storage
import TestFiles
import Testing

@Suite("Distributors")
struct DistributorTests {
    private func claims(_ count: Int, seed: Int = 1) throws -> [DistributorClaim] {
        var source = RandomSource(seed: seed)
        return try (0..<count).map { _ in
            try DistributorClaim(
                source.address(),
                [
                    .staker: .init(unlocked: .random(in: 0...1_000, using: &source)),
                    .validator: .init(locked: .random(in: 0...1_000, using: &source)),
                ])
        }
    }

    private func file(
        _ tree: DistributorTree, _ shape: DistributorFile, version: UInt64 = 7
    ) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try shape.write(tree, version: version) { bytes += $0 }
        return bytes
    }

    @Test(
        "the roots of the makers' own examples are derived from their claims",
        arguments: [
            ("jito-3", "e9d8bcb1000f819fda5379a06e651b075960d81549b9480146b8835db12e7dab"),
            ("jupiter-3", "c8545cf22d8a4d60b91820a51cd6a88a5da211b76e148c620844d757720837ee"),
            ("jupiter-100", "264791c62073526e00b0bbb9e853dd51e8c30cf4ef76a36dfed3a4936b51da5b"),
        ])
    func examples(name: String, root: String) throws {
        let list = try VectorFile.bytes("solana/\(name).csv")
        let tree = try DistributorTree(try DistributorList.claims(in: list, decimals: 0))
        #expect(tree.root.hex == root)
        #expect(
            tree.total == ["jito-3": 600_000_000_000, "jupiter-3": 300_000_000_001][name]
                ?? 9_289_000_000_000)
    }

    @Test("every proof leads to the root, and to no other claim", arguments: [1, 2, 3, 7, 8, 100])
    func proofs(count: Int) throws {
        let tree = try DistributorTree(try claims(count))
        for (place, claim) in tree.claims.enumerated() {
            let proof = tree.proof(at: place)
            #expect(DistributorTree.verify(claim, proof, root: tree.root))
            #expect(tree.place(of: claim.claimant) == place)
            let more = try DistributorClaim(
                claim.claimant, [.staker: .init(unlocked: claim.unlocked + 1, locked: claim.locked)]
            )
            #expect(!DistributorTree.verify(more, proof, root: tree.root))
            for index in proof.indices {
                var changed = proof
                changed[index] = Digest(hashing: [1])
                #expect(!DistributorTree.verify(claim, changed, root: tree.root))
            }
        }
    }

    @Test("the last of an odd level is paired with itself")
    func odd() throws {
        let tree = try DistributorTree(try claims(3))
        #expect(tree.proof(at: 2)[0] == tree.claims[2].leafHash)
        #expect(tree.proof(at: 2).count == 2)
    }

    @Test(
        "trees are read as they were written, in both shapes", arguments: DistributorFile.allCases)
    func roundTrip(shape: DistributorFile) throws {
        let tree = try DistributorTree(try claims(9))
        let bytes = try file(tree, shape)
        let read = try DistributorTree(file: bytes)
        #expect(read.root == tree.root)
        #expect(read.total == tree.total)
        #expect(try file(read, shape) == bytes)
        for count in stride(from: 0, to: bytes.count - 1, by: 97) {
            #expect(throws: MalformedInput.self) {
                try DistributorTree(file: Array(bytes[..<count]))
            }
        }
    }

    @Test("older shapes are read too")
    func oldShapes() throws {
        let claims = try claims(2)
        let tree = try DistributorTree(claims)
        let integers: ([UInt8]) -> JSON = { .array($0.map { .integer(Int64($0)) }) }
        for (unlocked, locked) in [
            ("amount_unlocked", "amount_locked"), ("amount", "locked_amount"),
        ] {
            let nodes = claims.map { claim -> JSON in
                .object([
                    JSONMember(key: "claimant", value: integers(claim.claimant.bytes)),
                    JSONMember(key: unlocked, value: .integer(Int64(claim.unlocked))),
                    JSONMember(key: locked, value: .integer(Int64(claim.locked))),
                    JSONMember(key: "proof", value: .null),
                ])
            }
            let json: JSON = [
                "merkle_root": integers(tree.root.bytes), "max_num_nodes": 2,
                "max_total_claim": .integer(Int64(tree.total)), "tree_nodes": .array(nodes),
            ]
            #expect(try DistributorTree(file: json.prettyBytes()).root == tree.root)
        }
    }

    @Test("what does not follow from the claims is refused")
    func lies() throws {
        let tree = try DistributorTree(try claims(5))
        let text = String(decoding: try file(tree, .jupiter), as: UTF8.self)
        for (from, to, words) in [
            ("\"merkle_root\":[", "\"merkle_root\":[1,", "'merkle_root' is not the root"),
            ("\"max_num_nodes\":5", "\"max_num_nodes\":6", "'max_num_nodes': expected 5, found 6"),
            ("\"total_locked_amount\":", "\"total_locked_amount\":1", "'total_locked_amount'"),
            ("\"proof\":[[", "\"proof\":[[1,", "claim 0: the proof does not lead"),
            ("\"amount\":", "\"amount\":1", "'merkle_root' is not the root"),
            ("\"amount\":", "\"amount\":-1", "claim 0: claim: field 'amount'"),
        ] {
            #expect(text.contains(from))
            let lie = text.replacing(from, with: to, maxReplacements: 1)
            expectRefusal(words) { _ = try DistributorTree(file: Array(lie.utf8)) }
        }
    }

    @Test("lists are those of the makers' tools")
    func lists() throws {
        let (one, two) = (Sample.wallet(1), Sample.wallet(2))
        let jito = """
            pubkey,amount_unlocked,amount_locked,category
            \(one),1000,500,Staker
            \(two),2,0,Validator
            \(one),1,0,Searcher
            """
        let tree = try DistributorTree(
            try DistributorList.claims(in: Array(jito.utf8), decimals: nil))
        #expect(tree.claims.map(\.claimant) == [one, two])
        #expect(tree.claims.map(\.unlocked) == [1_001_000_000_000, 2_000_000_000])
        #expect(tree.claims[0].locked == 500_000_000_000)
        #expect(tree.claims[0].allocations[1].unlocked == 1_000_000_000)
        let jupiter = "pubkey,amount,locked_amount\n\(one),1000.12345678,9.1\n\(two),0.0000001,3\n"
        let claims = try DistributorList.claims(in: Array(jupiter.utf8), decimals: 6)
        #expect(claims.map(\.unlocked) == [1_000_123_456, 0])
        #expect(claims.map(\.locked) == [9_100_000, 3_000_000])
        let ours = try DistributorList.claims(
            in: Array("recipient,amount\n\(one),5\n\(two),6".utf8), decimals: nil)
        #expect(ours.map(\.claimant) == [one, two].sorted())
    }

    @Test("lists that are not clear are refused, with the line")
    func listRefusals() {
        let one = Sample.wallet(1)
        for (text, words) in [
            ("pubkey,amount,locked_amount\n\(one),1,1", "need the decimals"),
            (
                "pubkey,amount_unlocked,amount_locked,category\n\(one),1,1,Friend",
                "line 2: field 'cat"
            ),
            ("pubkey,amount_unlocked,amount_locked,category\n\(one),1.5,1,Staker", "whole tokens"),
            (
                "pubkey,amount_unlocked,amount_locked,category\n\(one),18446744074,0,Staker",
                "more than 2^64 - 1"
            ),
            ("pubkey,amount_unlocked,amount_locked,category\nx,1,1,Staker", "field 'pubkey'"),
            ("", "found none"),
        ] {
            expectRefusal(words) {
                _ = try DistributorList.claims(in: Array(text.utf8), decimals: nil)
            }
        }
    }

    @Test("amounts beyond 2^64 - 1, and too many claims, are refused")
    func limits() throws {
        expectRefusal("more than 2^64 - 1") {
            _ = try DistributorClaim(
                Sample.payer, [.staker: .init(unlocked: .max), .searcher: .init(unlocked: 1)])
        }
        expectRefusal("more than 2^64 - 1") {
            _ = try DistributorClaim(Sample.payer, [.staker: .init(unlocked: .max, locked: 1)])
        }
        expectRefusal("1 to 16384 claims, found 0") { _ = try DistributorTree([]) }
        expectRefusal("found 16385") { _ = try DistributorTree(try claims(16_385)) }
    }

    @Test("terms that the program would refuse are refused beforehand")
    func terms() throws {
        let tree = try DistributorTree(try claims(3))
        func check(_ start: Int64, _ end: Int64, _ clawback: Int64, now: Int64) throws {
            try DistributorTerms(
                tree, start: start, end: end, clawback: clawback,
                clawbackReceiver: Sample.payer, admin: Sample.payer
            ).check(at: now)
        }
        try check(11, 12, 12 + 86_400, now: 10)
        expectRefusal("must be later than the start") { try check(12, 12, 99_999, now: 10) }
        expectRefusal("must still be to come") { try check(10, 12, 99_999, now: 10) }
        expectRefusal("at least 86400 seconds after") { try check(11, 12, 86_411, now: 10) }
        expectRefusal("at least 86400 seconds after") { try check(11, .max, .max, now: 10) }
    }

    @Test("a proof of the deepest tree fits into a transaction")
    func depth() throws {
        let tree = try DistributorTree(try claims(DistributorTree.maximumClaims))
        #expect(tree.proof(at: 0).count == 14)
        let distributor = Distributor(mint: Sample.mint.address, version: 1)
        let claimant = tree.claims[0].claimant
        let account = Sample.mint.account(of: claimant)
        let message = try Message(
            .legacy, payer: claimant,
            [
                AssociatedTokenProgram.createIdempotent(
                    owner: claimant, at: account, mint: Sample.mint, payer: claimant),
                DistributorProgram.newClaim(
                    tree.claims[0], proof: tree.proof(at: 0), from: distributor, to: account),
            ], blockhash: Sample.blockhash)
        #expect(Transaction.size(of: message) <= Transaction.maximumSize)
    }
}
