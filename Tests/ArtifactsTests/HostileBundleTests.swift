import Artifacts
import Encodings
import Storage
import Testing

@Suite("hostile bundles")
struct HostileBundleTests {
    private func refusal(_ file: [UInt8]) -> String? {
        do {
            _ = try Artifact.read(bytes: file, expecting: nil)
            return nil
        } catch {
            return "\(error)"
        }
    }

    /// What is said of a tar file with this manifest and members `a` and `b` of one byte.
    private func refusal(manifest rest: String) -> String? {
        refusal(Samples.tar([("MANIFEST", Samples.manifest(rest)), ("a", [1]), ("b", [2])]))
    }

    private let a = "# 1 a\n\(Samples.hex([1]))  a\n"
    private let b = "# 1 b\n\(Samples.hex([2]))  b\n"

    @Test("a hand-made bundle is accepted")
    func accepted() {
        #expect(refusal(manifest: a + b) == nil)
    }

    @Test("members that are unsorted, repeated, missing or extra are refused")
    func order() {
        #expect(
            refusal(manifest: b + a)
                == "MANIFEST: expected members sorted by path, each once, found 'a' after 'b'")
        #expect(
            refusal(manifest: a + a)
                == "MANIFEST: expected members sorted by path, each once, found 'a' after 'a'")
        #expect(
            refusal(manifest: b) == "expected member 'b' of 1 bytes, found \"a\" of 1 bytes")
        let c = "# 0 c\n\(Samples.hex([]))  c\n"
        #expect(
            refusal(manifest: a + b + c)
                == "expected member 'c' of 0 bytes, found the end of the archive")
        #expect(
            refusal(manifest: a)
                == "expected two zero blocks after the last member, found \"b\" of 1 bytes")
    }

    @Test("sizes and digests that do not fit are refused")
    func contents() {
        #expect(
            refusal(manifest: "# 2 a\n\(Samples.hex([1]))  a\n" + b)
                == "expected member 'a' of 2 bytes, found \"a\" of 1 bytes")
        #expect(
            refusal(manifest: "# 1 a\n\(Samples.hex([9]))  a\n" + b)
                == "a: expected SHA-256 digest \(Samples.hex([9])), found \(Samples.hex([1]))")
    }

    @Test(
        "paths that could leave the directory or confuse a reader are refused",
        arguments: [
            "/a", "../a", "a/../b", "a/..", "./a", "a//b", "a/", "", ".", "..", "a b", "a\\b", "é",
            "MANIFEST", "a:b", "~a*", String(repeating: "a", count: 101),
        ])
    func paths(path: String) {
        #expect(!MemberPath.isValid(path))
        #expect(refusal(manifest: "# 1 \(path)\n\(Samples.hex([1]))  \(path)\n") != nil)
    }

    @Test("a path that is both a file and a directory is refused")
    func fileAndDirectory() {
        let inner = "# 1 a/b\n\(Samples.hex([2]))  a/b\n"
        #expect(
            refusal(manifest: a + inner)
                == "MANIFEST: expected 'a' to be a member or a directory, found both")
    }

    @Test(
        "lines that are not as specified are refused",
        arguments: [
            "x\n", "# 1 a\n", "#1 a\n\(Samples.hex([1]))  a\n", "# 01 a\n\(Samples.hex([1]))  a\n",
            "# -1 a\n\(Samples.hex([1]))  a\n", "# 1 a\n\(Samples.hex([1])) *a\n",
            "# 1 a\n\(Samples.hex([1]).uppercased())  a\n", "# 1 a\n\(Samples.hex([1]))  b\n",
            "# 18446744073709551616 a\n\(Samples.hex([1]))  a\n",
            "# 8589934592 a\n\(Samples.hex([1]))  a\n", "# 1 a \n\(Samples.hex([1]))  a \n",
            "# 1 a\n\(Samples.hex([1]))  a\n# comment\n", "# 1 a\r\n\(Samples.hex([1]))  a\r\n",
        ])
    func lines(rest: String) {
        #expect(refusal(manifest: rest)?.hasPrefix("MANIFEST: ") == true)
    }

    @Test(
        "another first line is refused",
        arguments: [
            "nous-tools contribution v2\n", "nous-tools thing v1\n",
            "nous-tools contribution v1 \n",
            "NOUS-TOOLS contribution v1\n", "\n",
        ])
    func firstLine(text: String) {
        let file = Samples.tar([("MANIFEST", Array(text.utf8))])
        #expect(refusal(file)?.hasPrefix("MANIFEST: ") == true)
    }

    @Test("a size of gigabytes costs no memory when the bytes do not come")
    func hostileSize() {
        let manifest = Samples.manifest("# 8589934591 a\n\(Samples.hex([1]))  a\n")
        let start = [UInt8](Samples.tar([("MANIFEST", manifest)]).dropLast(1024))
        let member = Samples.header("a", 8_589_934_591) + [1, 2, 3]
        #expect(
            refusal(start + member)
                == "member 'a': expected 8589934591 bytes, found the end after 3")
    }

    @Test("the manifest comes first, within its limit")
    func manifestFirst() {
        #expect(
            refusal(Samples.tar([("a", [1])]))
                == "expected member 'MANIFEST' first, found \"a\" of 1 bytes")
        let large = Samples.header("MANIFEST", 1 << 20 + 1)
        #expect(
            refusal(large) == "MANIFEST: expected at most 1048576 bytes, found 1048577")
        #expect(refusal([]) == "member header: expected 512 bytes, found the end after 0")
    }

    @Test("a header that is not canonical is refused wherever it differs")
    func headers() {
        let manifest = Samples.manifest(a + b)
        let file = Samples.tar([("MANIFEST", manifest), ("a", [1]), ("b", [2])])
        let start = 1024
        for index in start..<(start + 512) {
            var changed = file
            changed[index] ^= 0x01
            let refused = refusal(changed)
            #expect(refused?.hasPrefix("expected member 'a' of 1 bytes") == true)
        }
    }

    @Test("padding that is not zero, a third zero block and bytes after the end are refused")
    func tail() {
        let file = Samples.tar([("MANIFEST", Samples.manifest(a + b)), ("a", [1]), ("b", [2])])
        var padded = file
        padded[1024 + 512 + 1] = 1
        #expect(refusal(padded) == "a: expected zero padding, found other bytes")
        let reason = "expected the end after two zero blocks, found more bytes"
        #expect(refusal(file + [0]) == reason)
        #expect(refusal(file + [UInt8](repeating: 0, count: 512)) == reason)
        #expect(
            refusal([UInt8](file.dropLast(512)))
                == "end of archive: expected 1024 bytes, found the end after 512")
    }
}
