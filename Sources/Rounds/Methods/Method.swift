package import Encodings

/// A published way to train together: the sections of a run file that its name stands for.
///
/// A run file that says `method: NAME` has the method's members wherever it says nothing itself.
package struct Method: Sendable {
    /// The name in run files.
    package let name: String
    /// What it is, in a line.
    package let summary: String
    /// Where it was published.
    package let source: String
    /// The sections, as in a run file.
    package let sections: [JSONMember]

    /// A method; `sections` is an object.
    init(_ name: String, summary: String, source: String, sections: JSON) {
        self.name = name
        self.summary = summary
        self.source = source
        self.sections = sections.object ?? []
    }

    /// Every method, the baseline first.
    package static let all: [Method] = [
        .synchronous, .diloco, .muloco, .radial, .sparseLoCo, .ccLoCo, .demo, .distro,
    ]

    /// The method of the given name.
    package init(named name: String) throws(MalformedInput) {
        guard let method = Method.all.first(where: { $0.name.hasSameBytes(as: name) }) else {
            throw .field(
                "method", expected: Method.all.map(\.name).joined(separator: ", "),
                found: JSON.string(name).summary)
        }
        self = method
    }
}

extension Method {
    /// A run file's value with the members of the method it names, without the name.
    ///
    /// Members that are given stay. A section whose `name` or `rule` is another than the method's
    /// stands for itself.
    static func complete(_ run: JSON) throws(MalformedInput) -> JSON {
        guard let named = run["method"], let members = run.object else { return run }
        guard let name = named.string else {
            throw .field(
                "method", expected: all.map(\.name).joined(separator: ", "), found: named.summary)
        }
        let method = try Method(named: name)
        var completed = members.filter { !$0.key.hasSameBytes(as: "method") }
        for section in method.sections {
            guard let index = completed.firstIndex(where: { $0.key.hasSameBytes(as: section.key) })
            else {
                completed.append(section)
                continue
            }
            completed[index].value = complete(completed[index].value, from: section.value)
        }
        return .object(completed)
    }

    /// The members of `given`, and those of `published` that it has not.
    private static func complete(_ given: JSON, from published: JSON) -> JSON {
        guard let members = given.object, let defaults = published.object,
            ["name", "rule"].allSatisfy({ given[$0] == nil || given[$0] == published[$0] })
        else { return given }
        return .object(members + defaults.filter { given[$0.key] == nil })
    }
}

extension Method {
    /// The sections as lines of a run file, a line each.
    package var lines: [String] {
        sections.map { "\($0.key): \(Method.flow($0.value))" }
    }

    /// A value in YAML's flow style; the words of run files need no quotes.
    private static func flow(_ value: JSON) -> String {
        switch value {
        case .object(let members):
            "{" + members.map { "\($0.key): \(flow($0.value))" }.joined(separator: ", ") + "}"
        case .string(let word): word
        default: value.summary
        }
    }
}
