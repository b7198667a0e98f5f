import Artifacts
import Encodings
import Numerics
import Rounds
import SampleRound
import Storage
import Testing
import Verification

@Suite("Damaged contributions") struct DamageTests {
    static let random = CounterRandom(seed: 1)

    @Test("a thousand files with one byte changed are all refused") func changedFiles() throws {
        let file = try Court.published(worker: 0).fileBytes()
        for number in 0..<1000 {
            let index = UInt64(number)
            let position = Int(Self.random.integer(below: UInt64(file.count), at: 4 * index))
            let change = UInt8(1 + Self.random.integer(below: 255, at: 4 * index + 2))
            var damaged = file
            damaged[position] ^= change
            let line = refusal {
                _ = try Artifact.read(bytes: damaged, expecting: .contribution)
            }
            #expect(line != nil && line?.hasPrefix("another error") == false, "byte \(position)")
        }
    }

    @Test(
        "no member with one byte changed is accepted, though listed and signed anew",
        arguments: ["contribution.json", "trace.ndjson", "update.nous"])
    func changedMembers(member: String) throws {
        let honest = try Court.published(worker: 0)
        for number in 0..<40 {
            var artifact = honest.changing(member) { bytes in
                var changed = bytes
                let index = UInt64(number)
                let position = Int(Self.random.integer(below: UInt64(bytes.count), at: 4 * index))
                changed[position] ^= UInt8(1 + Self.random.integer(below: 255, at: 4 * index + 2))
                return changed
            }
            artifact.sign(with: SampleRound.keys[0])
            let finding = try Court.judge(artifact)
            #expect(finding.outcome != .accepted, "\(number)")
            #expect(finding.outcome != .cannotVerify, "\(number)")
        }
    }

    @Test("a member longer than the run's rounds allow is not parsed") func long() throws {
        let space = [UInt8](repeating: 0x20, count: 1 << 16)
        let claim = try Court.published(worker: 0).changing("contribution.json") { $0 + space }
        let finding = try Court.judge(claim)
        #expect(finding.outcome == .malformed)
        #expect(finding.reason.hasPrefix("contribution.json: expected at most 4312 bytes, found "))
        let trace = try Court.published(worker: 0).changing("trace.ndjson") { $0 + space }
        #expect(
            try Court.judge(trace).reason.hasPrefix("trace.ndjson: expected at most 1285 bytes"))
        let update = try Court.published(worker: 0).changing("update.nous") { $0 + space }
        #expect(
            try Court.judge(update).reason.hasPrefix("update.nous: expected at most "))
    }

    @Test("a verdict on what cannot be read has no claims") func malformed() throws {
        let artifact = try Court.published(worker: 0).changing("trace.ndjson") { _ in [] }
        let finding = try Court.judge(artifact)
        #expect(finding.outcome == .malformed)
        #expect(finding.reason == "trace and losses: expected 5 steps, found 0 and 5")
        #expect(finding.verdict(on: artifact.digest).claims == nil)
    }
}
