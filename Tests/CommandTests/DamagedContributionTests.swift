import Encodings
import Foundation
import Testing

/// A broken contribution is nobody's error but its worker's: it gets a verdict.
@Suite("A damaged contribution")
struct DamagedContributionTests {
    /// Files `damaged/0000`… made from anna's contribution, and the command's result on them.
    private func result(
        of command: String, on count: Int, _ damage: (inout [UInt8]) -> Void
    ) throws -> CommandTranscript.Result {
        let transcript = try SmallRun.copy()
        defer { transcript.remove() }
        let whole = [UInt8](
            try Data(contentsOf: transcript.directory.appending(path: "anna.contribution")))
        let directory = transcript.directory.appending(path: "damaged")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        for number in 0..<count {
            var bytes = whole
            damage(&bytes)
            try Data(bytes).write(
                to: directory.appending(path: String(format: "%04d", number)))
        }
        let before = try transcript.run("sha256sum damaged/* L/*")
        let result = try transcript.execute("\(command) damaged/*")
        #expect(try transcript.run("sha256sum damaged/* L/*") == before)
        return result
    }

    private static func flip(_ bytes: inout [UInt8]) {
        let index = Int.random(in: bytes.indices)
        bytes[index] ^= UInt8.random(in: 1...255)
    }

    @Test("is malformed, whichever byte of a thousand is flipped")
    func verifyFlips() throws {
        try expectMalformed(result(of: SmallRun.verify, on: 1000, Self.flip), 1000)
    }

    @Test("is malformed, wherever it is cut")
    func verifyPrefixes() throws {
        let result = try result(of: SmallRun.verify, on: 300) { bytes in
            bytes.removeLast(Int.random(in: 1...bytes.count))
        }
        try expectMalformed(result, 300)
    }

    private func expectMalformed(_ result: CommandTranscript.Result, _ count: Int) throws {
        #expect(result.status == 1)
        #expect(result.errors.isEmpty)
        let lines = result.output.split(separator: "\n")
        #expect(lines.count == count)
        for line in lines {
            let verdict = try JSON(parsing: Array(line.utf8))
            #expect(verdict["verdict"]?.string == "malformed", "\(line)")
        }
    }

    @Test("is not merged, with or without verdicts", arguments: 0..<10)
    func merge(number: Int) throws {
        let unverified = "nous-merge --run run.yaml --base base --unverified -o new"
        let result = try result(of: unverified, on: 1, Self.flip)
        #expect(result.status == 65)
        #expect(result.errors.count == 1)
        #expect(result.errors[0].hasPrefix("nous-merge: error: damaged/0000: "))
    }

    @Test("is not appended to the ledger")
    func append() throws {
        let result = try result(of: "\(SmallRun.append) --skip-bad", on: 100, Self.flip)
        #expect(result.status == 65)
        #expect(result.errors.count == 101)
        for (number, line) in result.errors.dropLast().enumerated() {
            let name = String(format: "damaged/%04d", number)
            #expect(line.hasPrefix("nous-ledger: error: \(name): "))
        }
        #expect(
            result.errors.last == "nous-ledger: error: 100 of 100 records were not appended")
    }

    @Test("gets one signed verdict that names the file's digest, or the manifest's of a directory")
    func verdict() throws {
        try SmallRun.play(
            """
              $ : > empty; cp base wrong-kind; head -c 999 anna.contribution > cut
              $ VERIFY empty wrong-kind cut > new
              [1]
              $ jq -r .contribution new > digests; sha256sum empty wrong-kind cut | cut -c-64 | cmp - digests
              $ jq -r '.verdict + ": " + .reason' new
              malformed: member header: expected 512 bytes, found the end after 0
              malformed: MANIFEST: expected a contribution, found a checkpoint
              malformed: ...
              $ APPEND new; nous-ledger log L --json | grep -c '"verdict":"malformed"'
              3
              $ mkdir d && tar --zstd -xf anna.contribution -C d && VERIFY d | jq -r .verdict
              accepted
              $ echo >> d/trace.ndjson; VERIFY d > line
              [1]
              $ jq -r .contribution line; sha256sum d/MANIFEST | cut -c-64; jq -r .reason line
              ...
              ...
              trace.ndjson: expected at most ... bytes, found more
            """)
    }

    @Test("of more than the stated size is malformed too, and stops nobody")
    func oversized() throws {
        try SmallRun.play(
            """
              $ truncate -s 300M huge; VERIFY huge anna.contribution > new
              [1]
              $ jq -r '.verdict + ": " + .reason' new
              malformed: expected at most ... bytes, found 314572800
              accepted: replayed bit for bit
              $ jq -r .contribution new | head -1 > found; sha256sum huge | cut -c-64 | cmp - found
              $ VERIFY - anna.contribution < <(cat huge 2>/dev/null) | jq -r .verdict
              nous-verify: error: standard input: expected at most ... bytes, found more
              accepted
              $ nous-merge --run run.yaml --base base --unverified -o new huge
              nous-merge: error: huge: expected member 'MANIFEST' first, found the end of the archive
              [65]
              $ truncate -s 1T huge; APPEND huge
              nous-ledger: error: huge: expected at most 1073741824 bytes, found more
              [65]
            """)
    }

    @Test("that cannot be read is an error, and the others are judged")
    func unreadable() throws {
        try SmallRun.play(
            """
              $ mkdir d; VERIFY nowhere anna.contribution d boris.contribution > new
              nous-verify: error: cannot open 'nowhere': No such file or directory
              nous-verify: error: cannot open 'd/MANIFEST': No such file or directory
              [66]
              $ cmp new verdicts
            """)
    }

    @Test("is not judged by a broken state, which says nothing about other workers")
    func brokenState() throws {
        let inputs = "--run run.yaml --base next --data data"
        try SmallRun.play(
            """
              $ for w in anna boris; do nous-train run \(inputs) --assignments assignments-2 --key $w.json --state states -o $w; done
              $ VERIFY --states judged *.contribution | cmp - verdicts
              $ truncate -s 99 judged/$(nous-ledger keygen --public anna.json)/*
              $ nous-verify \(inputs) --roster roster-2 --key verifier.json --states judged anna boris > new
              [69]
              $ jq -r '.verdict + ": " + .reason' new
              cannot-verify: the judge's state of the worker cannot be read: judged/.../00000001.tar.zst: ...
              accepted: replayed bit for bit
            """)
    }

    @Test("to an edited assignment is wrong, however honestly it was trained")
    func editedAssignment() throws {
        try SmallRun.play(
            """
              $ jq -c '.sequences = [range(.steps * .batch) | 0]' assignments > zeros
              $ mv zeros assignments; TRAIN -o new; VERIFY new > verdict
              [1]
              $ jq -r '.verdict + ": " + .reason' verdict
              wrong-data: assignment: expected ..., found ...
            """)
    }

    @Test("is judged by the roster of its own run and round alone")
    func otherRoster() throws {
        try SmallRun.play(
            """
              $ cp roster-2 roster.json; VERIFY anna.contribution
              nous-verify: error: roster.json: field 'round': expected 1, found 2
              [65]
              $ sed -i 's/"round":2/"round":1/; s/"run":"[0-9a-f]*"/"run":"'$(sha256sum < base | cut -c-64)'"/' roster.json; VERIFY anna.contribution
              nous-verify: error: roster.json: field 'run': expected ..., found ...
              [65]
            """)
    }

    @Test("that claims work not done is not reproduced")
    func dishonest() throws {
        try SmallRun.play(
            """
              $ dishonest-worker \(SmallRun.inputs) --key anna.json -o lie
              $ VERIFY lie boris.contribution > new
              [1]
              $ jq -r '.verdict + ": " + .reason' new
              not-reproduced: segment ... ends in another state
              accepted: replayed bit for bit
            """)
    }
}
