package import Encodings
package import Identity
package import Storage

/// Who checks a piece of work: keys drawn at random, but by a seed that is public.
///
/// Normative text: docs/protocol.md, section "Committees".
package struct Committee: Sendable, Equatable {
    /// The most members.
    package static let maximumSize = 1024

    /// The digest of the run file.
    package var run: Digest
    /// The round.
    package var round: UInt64
    /// The seed that decided.
    package var seed: Digest
    /// What is to be checked, such as the digest of a contribution.
    package var subject: Digest
    /// The members in the order in which they were drawn.
    package var members: [PublicKey]

    private static let rule = "nous-tools committee v1"

    /// Draws `size` of a roster's workers, or all if there are fewer, each draw in proportion to
    /// the weights of those who are left; `excluded` takes no part.
    package init(
        of size: Int, from roster: Roster, by weight: AssignmentWeight, subject: Digest,
        excluding excluded: PublicKey? = nil
    ) {
        self.init(
            of: size, from: Electorate(roster, by: weight), subject: subject, excluding: excluded)
    }

    /// The same from an electorate that serves many subjects.
    package init(
        of size: Int, from electorate: Electorate, subject: Digest,
        excluding excluded: PublicKey? = nil
    ) {
        (run, round, seed) = (electorate.run, electorate.round, electorate.seed)
        self.subject = subject
        members = []
        var draws = PublicDraws(rule: Self.rule, seed: seed, round: round, subject: subject)
        var left = electorate.candidates(excluding: excluded)
        while members.count < min(size, Self.maximumSize), left.total > 0 {
            members.append(left.take(draws.next(below: left.total)))
        }
    }

    /// The JSON record.
    package var json: JSON {
        [
            "type": "committee",
            "run": run.json,
            "round": .integer(Int64(round)),
            "seed": seed.json,
            "subject": subject.json,
            "members": .array(members.map(\.json)),
        ]
    }
}
