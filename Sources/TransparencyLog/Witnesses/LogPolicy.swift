package import Encodings
package import Identity

/// Whose signatures make a checkpoint good enough (C2SP tlog-policy).
package struct LogPolicy: Sendable {
    /// The most bytes in a policy.
    package static let maximumLength = 1 << 20

    /// The keys of logs; a checkpoint must be signed by one of them.
    package private(set) var logs: [VerifierKey] = []
    /// The keys of witnesses by their names in the policy.
    package private(set) var witnesses: [(name: String, key: VerifierKey)] = []
    private var groups: [(name: String, threshold: Int, members: [String])] = []
    /// The names of witnesses and groups so far, and those that are in a group.
    private var (names, members): (Set<String>, Set<String>) = ([], [])
    /// The witness or group that must have cosigned; nil if none must.
    private var quorum: String?

    /// Reads a policy file.
    package init(parsing bytes: [UInt8]) throws(MalformedInput) {
        guard bytes.count <= Self.maximumLength,
            let text = String(validating: bytes, as: UTF8.self)
        else {
            throw MalformedInput("expected at most \(Self.maximumLength) bytes of UTF-8")
        }
        var hasQuorum = false
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (number, line) in lines.enumerated() {
            let words = line.split { $0 == " " || $0 == "\t" }.map(String.init)
            guard let kind = words.first, !kind.hasPrefix("#") else { continue }
            do throws(MalformedInput) {
                switch (kind, words.count) {
                case ("log", 2...3): try addLog(words[1])
                case ("witness", 3...4): try addWitness(words[1], words[2])
                case ("group", 4...): try addGroup(words[1], words[2], Array(words[3...]))
                case ("quorum", 2):
                    guard !hasQuorum else { throw MalformedInput("a second quorum") }
                    hasQuorum = true
                    quorum = words[1] == "none" ? nil : try known(words[1])
                default:
                    throw MalformedInput(
                        "expected log, witness, group or quorum with its operands,"
                            + " found \(MalformedInput.quoted(String(line)))")
                }
            } catch {
                throw error.within("line \(number + 1)")
            }
        }
        guard hasQuorum else { throw MalformedInput("expected a line 'quorum', found none") }
    }

    private mutating func addLog(_ text: String) throws(MalformedInput) {
        let key = try VerifierKey(parsing: text)
        guard key.use == .note, !logs.contains(where: { $0.key == key.key }) else {
            throw MalformedInput("expected the key of a log, once, found '\(key)'")
        }
        logs.append(key)
    }

    private mutating func addWitness(_ name: String, _ text: String) throws(MalformedInput) {
        let key = try VerifierKey(parsing: text)
        guard key.use == .cosignature, !witnesses.contains(where: { $0.key.key == key.key }) else {
            throw MalformedInput("expected the key of a witness, once, found '\(key)'")
        }
        witnesses.append((try new(name), key))
    }

    private mutating func addGroup(
        _ name: String, _ threshold: String, _ members: [String]
    ) throws(MalformedInput) {
        for member in members {
            guard self.members.insert(try known(member)).inserted else {
                throw MalformedInput("'\(member)' is in a group already")
            }
        }
        let needed = ["all": members.count, "any": 1][threshold] ?? Int(threshold) ?? 0
        guard (1...members.count).contains(needed) else {
            throw MalformedInput(
                "expected all, any or a number from 1 to \(members.count), found '\(threshold)'")
        }
        groups.append((try new(name), needed, members))
    }

    private func known(_ name: String) throws(MalformedInput) -> String {
        guard names.contains(name) else {
            throw MalformedInput("expected a witness or group of an earlier line, found '\(name)'")
        }
        return name
    }

    private mutating func new(_ name: String) throws(MalformedInput) -> String {
        guard name != "none", names.insert(name).inserted else {
            throw MalformedInput("expected a name that is not used yet, found '\(name)'")
        }
        return name
    }
}

extension LogPolicy {
    /// Checks that a log of the policy signed a checkpoint, and enough witnesses cosigned it.
    ///
    /// - Returns: the cosignatures that hold.
    @discardableResult
    package func check(
        _ checkpoint: LogCheckpoint, _ note: SignedNote
    ) throws(MalformedInput) -> [Cosignature] {
        let isSigned = logs.contains {
            $0.name.hasSameBytes(as: checkpoint.origin) && note.isSigned(by: $0.key, named: $0.name)
        }
        guard isSigned || logs.isEmpty else {
            throw MalformedInput("no log of the policy signed the checkpoint")
        }
        var cosignatures: [Cosignature] = []
        var satisfied: Set<String> = []
        for (name, key) in witnesses {
            guard let cosignature = try Cosignature(on: note, by: key) else { continue }
            cosignatures.append(cosignature)
            satisfied.insert(name)
        }
        for group in groups where group.members.count(where: satisfied.contains) >= group.threshold
        {
            satisfied.insert(group.name)
        }
        if let quorum, !satisfied.contains(quorum) {
            throw MalformedInput(
                "the quorum '\(quorum)' is missing: \(cosignatures.count) of"
                    + " \(witnesses.count) witnesses cosigned")
        }
        return cosignatures
    }
}
