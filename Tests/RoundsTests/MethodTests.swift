import Encodings
import Rounds
import SampleRound
import Testing

@Suite("A method named in the run file") struct MethodTests {
    /// The sample run under a method, with the rest of its sections left out.
    static func changes(_ method: String, _ more: [String: JSON?] = [:]) -> [String: JSON?] {
        var changes: [String: JSON?] = ["method": .string(method)]
        for section in ["optimizer", "codec", "merge", "outer", "round.steps"] {
            changes.updateValue(nil, forKey: section)
        }
        return changes.merging(more) { $1 }
    }

    @Test("stands for whole sections", arguments: Method.all.map(\.name))
    func everyMethodIsARun(name: String) throws {
        let run = try SampleRun.run(Self.changes(name))
        let steps = try Method(named: name).sections.first { $0.key == "round" }
        #expect(run.round.steps == (steps?.value["steps"]?.integer).map { Int($0) })
    }

    @Test("members that the file gives stay") func overrides() throws {
        let run = try SampleRun.run(
            Self.changes("diloco", ["round.steps": 30, "outer": ["momentum": 0]]))
        #expect(run.round.steps == 30)
        #expect(run.outer == .nesterov(rate: 0.7, momentum: 0))
    }

    @Test("a section of another name stands for itself") func replaces() throws {
        let run = try SampleRun.run(
            Self.changes("diloco", ["outer": ["name": "sgd", "rate": 1]]))
        #expect(run.outer == .sgd(rate: 1))
    }

    @Test("the sections it prints are the run it stands for", arguments: Method.all.map(\.name))
    func sections(name: String) throws {
        var changes = Self.changes(name)
        changes["method"] = .some(nil)
        for section in try Method(named: name).sections {
            guard section.key == "round" else {
                changes[section.key] = section.value
                continue
            }
            for member in section.value.object ?? [] {
                changes["round.\(member.key)"] = member.value
            }
        }
        let (named, spelled) = (try SampleRun.run(Self.changes(name)), try SampleRun.run(changes))
        #expect(named.optimizer.rule == spelled.optimizer.rule)
        #expect(named.outer == spelled.outer)
        #expect(named.codec.codec == spelled.codec.codec)
    }

    @Test("an unknown one is refused with those there are", arguments: ["adam", "DiLoCo", ""])
    func unknown(name: String) {
        let names = "synchronous, diloco, muloco, radial, sparseloco, ccloco, demo, distro"
        #expect(
            refusal { _ = try SampleRun.run(["method": .string(name)]) }
                == "field 'method': expected \(names), found \"\(name)\"")
    }
}
