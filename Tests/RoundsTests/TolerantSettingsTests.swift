import Encodings
import Rounds
import SampleRound
import Testing

@Suite("What a run takes that was not made in exact arithmetic") struct TolerantSettingsTests {
    static let whole: JSON = ["weight": .number("0.5"), "cap": .number("0.25"), "pay_ppm": 7]

    @Test func readsTheSection() throws {
        #expect(
            try SampleRun.run(["tolerant": Self.whole]).tolerant
                == TolerantSettings(weight: 0.5, cap: 0.25, payPartsPerMillion: 7))
        #expect(try SampleRun.run().tolerant == nil)
    }

    @Test("every member must be there", arguments: ["weight", "cap", "pay_ppm"])
    func refusesAMissing(member: String) {
        let section = JSON.object((Self.whole.object ?? []).filter { $0.key != member })
        #expect(
            refusal { _ = try SampleRun.run(["tolerant": section]) }
                == "field 'tolerant': missing field '\(member)'")
    }

    static let refused: [(member: String, value: JSON, expected: String)] = [
        ("weight", 0, "a number from 0.001 to 1.0"), ("weight", 2, "a number from 0.001 to 1.0"),
        ("cap", 0, "a number from 0.001 to 1.0"), ("cap", 2, "a number from 0.001 to 1.0"),
        ("pay_ppm", -1, "an integer from 0 to 1000000"),
        ("pay_ppm", 1_000_001, "an integer from 0 to 1000000"),
    ]

    @Test("values beyond the limits are refused", arguments: refused)
    func refusesWhatIsBeyond(member: String, value: JSON, expected: String) {
        let members = (Self.whole.object ?? []).map {
            JSONMember(key: $0.key, value: $0.key == member ? value : $0.value)
        }
        #expect(
            refusal { _ = try SampleRun.run(["tolerant": .object(members)]) }
                == "field 'tolerant': field '\(member)': "
                + "expected \(expected), found \(value.summary)")
    }

    @Test(
        "bounds are only for what was measured",
        arguments: ["arithmetic.class", "optimizer.name", "codec.transform"])
    func refusesWhatWasNotMeasured(member: String) {
        var changes: [String: JSON?] = ["tolerant": Self.whole]
        switch member {
        case "arithmetic.class": changes[member] = "exact-bf16"
        case "optimizer.name": changes["optimizer"] = ["name": "sgd"]
        default: changes[member] = "cosine"
        }
        #expect(
            refusal { _ = try SampleRun.run(changes) }
                == "field 'tolerant': expected a run of class exact with optimizer adamw and "
                + "codec.transform none, found another")
    }

    @Test("a rule by element gives nobody a share to limit")
    func refusesRulesByElement() {
        #expect(
            refusal {
                _ = try SampleRun.run([
                    "tolerant": Self.whole, "merge.rule": "coordinate-median v1",
                ])
            }
                == "field 'tolerant': expected a merge rule that gives every update a share, "
                + "found a rule by element")
    }
}
