import Artifacts
package import Encodings
import Identity
package import Rounds
import Storage

/// Proof that somebody signed two statements of which an honest signer makes one: self-contained,
/// so that anybody can check it.
///
/// Specified in docs/formats/equivocation.md.
package struct Equivocation: Sendable, Equatable {
    /// The JSON record, with both statements.
    package let json: JSON

    /// What is signed: work, or what verifiers say of work.
    package struct Statements: Sendable {
        /// Claims of workers.
        package var claims: [SignedClaim] = []
        /// Verdicts and audits.
        package var findings: [SignedFinding] = []

        /// No statements.
        package init() {}

        /// Adds a verdict, an audit, a claim as the ledger seals it, or an entry of the ledger with
        /// one of these; both statements of a proof; other records are passed over.
        package mutating func add(_ record: JSON) throws(MalformedInput) {
            switch record["type"]?.string {
            case "verdict", "audit": findings.append(try SignedFinding(record))
            case "contribution": claims.append(try SignedClaim(record))
            case "equivocation": try addProof(record)
            default: if let body = record["body"], body["body"] == nil { try add(body) }
            }
        }

        private mutating func addProof(_ record: JSON) throws(MalformedInput) {
            var own = Statements()
            for statement in record["statements"]?.array ?? [] {
                guard statement["type"]?.string != "equivocation" else { continue }
                try own.add(statement)
            }
            guard own.equivocations.map(\.json) == [record] else {
                throw MalformedInput("the statements do not prove it", in: "equivocation")
            }
            claims += own.claims
            findings += own.findings
        }

        /// What the statements prove, one record a worker and round and one a verifier and
        /// contribution, whatever the order in which they were added.
        package var equivocations: [Equivocation] { byWorkers + byVerifiers }
    }
}

extension Equivocation.Statements {
    /// Workers with two contributions to one round of a run.
    private var byWorkers: [Equivocation] {
        struct Place: Hashable {
            let (run, round, worker): (Digest, Int, PublicKey)
            init(_ claim: Claim) { (run, round, worker) = (claim.run, claim.round, claim.worker) }
        }
        // Copies of one contribution may differ in who else signed them.
        let sorted = claims.sorted {
            $0.digest == $1.digest
                ? $0.manifest.bytes.lexicographicallyPrecedes($1.manifest.bytes)
                : $0.digest < $1.digest
        }
        return groups(sorted) { Place($0.claim) }.compactMap { group in
            guard let other = group.first(where: { $0.digest != group[0].digest }) else {
                return nil
            }
            let claim = group[0].claim
            return Equivocation(
                json: [
                    "type": "equivocation",
                    "role": "worker",
                    "key": claim.worker.json,
                    "run": claim.run.json,
                    "round": .integer(Int64(claim.round)),
                    "statements": [group[0].json, other.json],
                ])
        }
    }

    /// Verifiers with two contradicting records on one contribution.
    private var byVerifiers: [Equivocation] {
        struct Place: Hashable {
            let (verifier, contribution): (PublicKey, Digest)
        }
        let sorted = findings.map { (record: $0.record.canonicalBytes(), $0) }
            .sorted { $0.record.lexicographicallyPrecedes($1.record) }.map(\.1)
        return groups(sorted) { Place(verifier: $0.verifier, contribution: $0.contribution) }
            .compactMap { group in
                for (index, one) in group.enumerated() {
                    let other = group.dropFirst(index + 1).first { one.contradicts($0) }
                    guard let other else { continue }
                    return Equivocation(
                        json: [
                            "type": "equivocation",
                            "role": "verifier",
                            "key": one.verifier.json,
                            "contribution": one.contribution.json,
                            "statements": [one.record, other.record],
                        ])
                }
                return nil
            }
    }

    /// The elements in groups by key, groups in the order of their first elements.
    private func groups<Element, Key: Hashable>(
        _ elements: [Element], by key: (Element) -> Key
    ) -> [[Element]] {
        var places: [Key: Int] = [:]
        var groups: [[Element]] = []
        for element in elements {
            let place = places[key(element), default: groups.count]
            if place == groups.count { groups.append([]) }
            places[key(element)] = place
            groups[place].append(element)
        }
        return groups
    }
}
