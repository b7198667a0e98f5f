import Corpus
import Encodings
import Foundation
import Testing

@Suite("Compressed streams")
struct StreamCompressionTests {
    /// What `body` finds when `command` has made `x` of `one`, which holds the text `one`.
    private func documents(
        _ command: String, limits: IngestionLimits = .standard
    ) throws -> [String] {
        let fixtures = try CorpusFixtures()
        defer { fixtures.remove() }
        try fixtures.write("one", to: "one")
        try fixtures.shell(command)
        return try fixtures.documents(["x"], limits: limits).map {
            "\($0.source)=\(String(decoding: $0.bytes, as: UTF8.self))"
        }
    }

    private static func python(_ module: String, _ arguments: String = "") -> String {
        "python3 -c 'import \(module); open(\"x\", \"wb\").write("
            + "\(module).compress(open(\"one\", \"rb\").read()\(arguments)))'"
    }

    @Test(
        "are told by their first bytes",
        arguments: [
            python("gzip"), python("bz2"), python("lzma"),
            python("lzma", ", lzma.FORMAT_ALONE"), "zstd -q < one > x",
            "zstd -q < one | gzip | xz > x",
            // LZ4 and compress, which few machines have.
            #"printf '\004\042\115\030\144\100\247\003\000\000\200one\000\000\000\000\140\122\277\176' > x"#,
            #"printf '\037\235\220o\334\224\001' > x"#,
        ])
    func kinds(_ command: String) throws {
        #expect(try documents(command) == ["x=one"])
    }

    @Test(
        "are not taken for what only begins alike",
        arguments: ["BZh9 is text", "LZIP", "]\0\0 is text", "BZ", "\u{1F}", "(\u{B5}/"])
    func texts(_ text: String) throws {
        let octal = text.utf8.map { "\\" + String(0x200 + Int($0), radix: 8).dropFirst() }
        #expect(try documents("printf '\(octal.joined())' > x") == ["x=\(text)"])
    }

    @Test("that come to nothing, one in another, are measured layer by layer")
    func layers() throws {
        let command = """
            gzip -c /dev/null > e; for i in $(seq 16); do cat e e > f; mv f e; done
            gzip -9 < e | gzip -9 > x
            """
        #expect(try documents(command).isEmpty)
        var limits = IngestionLimits()
        limits.expansionSlack = 100_000
        let error = try #require(throws: MalformedInput.self) {
            try documents(command, limits: limits)
        }
        #expect(error.reason.hasPrefix("more than 256 times its own bytes"))
    }

    @Test("one in another count as levels")
    func depth() throws {
        let command = "cp one x; for i in 1 2 3 4 5; do gzip < x > y; mv y x; done"
        #expect(throws: MalformedInput.self) { try documents(command) }
        var limits = IngestionLimits()
        limits.depth = 5
        #expect(try documents(command, limits: limits) == ["x=one"])
    }
}
