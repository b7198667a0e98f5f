import Corpus
import Encodings
import Foundation
import Testing

@Suite("Reading documents")
struct DocumentReaderTests {
    private func with(_ body: (CorpusFixtures) throws -> Void) throws {
        let fixtures = try CorpusFixtures()
        defer { fixtures.remove() }
        try body(fixtures)
    }

    private func texts(_ documents: [Document]) -> [String] {
        documents.map { "\($0.source)=\(String(decoding: $0.bytes, as: UTF8.self))" }
    }

    @Test("walks directories by the bytes of names, whatever the order of making")
    func directories() throws {
        try with { fixtures in
            for name in ["d/b/x", "d/ä", "d/a.txt", "d/a/2", "d/a/10", "d/B"] {
                try fixtures.write(name, to: name)
            }
            let found = try fixtures.documents(["d"]).map(\.source)
            #expect(found == ["B", "a/10", "a/2", "a.txt", "b/x", "ä"])
        }
    }

    @Test("sorts operands by name")
    func operands() throws {
        try with { fixtures in
            try fixtures.write("1", to: "z/a")
            try fixtures.write("2", to: "a/b")
            let found = try texts(fixtures.documents(["a/b", "z/a"]))
            #expect(found == ["a=1", "b=2"])
        }
    }

    @Test(
        "opens archives and compressed streams by content",
        arguments: [
            ("tar cf x d", ["x/d/1=one", "x/d/2=two"]),
            ("tar czf x d", ["x/d/1=one", "x/d/2=two"]),
            ("tar cf - d | zstd -q | gzip > x", ["x/d/1=one", "x/d/2=two"]),
            ("gzip -c d/1 > x", ["x=one"]), ("xz -c d/2 > x", ["x=two"]),
            ("python3 -m zipfile -c x d/2 d/1", ["x/2=two", "x/1=one"]),
            ("gzip -c d/1 > y.gz; tar cf x y.gz d/2", ["x/y.gz=one", "x/d/2=two"]),
            (
                "tar cJf data.tar.xz d; echo 2.0 > v; ar rc x v data.tar.xz",
                ["x/v=2.0\n", "x/data.tar.xz/d/1=one", "x/data.tar.xz/d/2=two"]
            ),
        ])
    func archives(_ command: String, _ expected: [String]) throws {
        try with { fixtures in
            try fixtures.write("one", to: "d/1")
            try fixtures.write("two", to: "d/2")
            try fixtures.shell("tar --sort=name -cf t d; rm t; \(command)")
            let found = try texts(fixtures.documents(["x"]))
            #expect(found.sorted() == expected.sorted())
        }
    }

    @Test(
        "takes text for text",
        arguments: [
            "PK are letters", "{\"a\": 1}\n", "#mtree\n./x type=file\n", "begin 644 x\nend\n",
            "a b c\n", "x\0y",
        ])
    func plainText(_ text: String) throws {
        try with { fixtures in
            try fixtures.write(text, to: "t")
            let found = try texts(fixtures.documents(["t"]))
            #expect(found == ["t=\(text)"])
        }
    }

    @Test("leaves out what is empty and what is no file")
    func empty() throws {
        try with { fixtures in
            try fixtures.write("", to: "d/empty")
            try fixtures.write("x", to: "d/x")
            try fixtures.shell("ln -s . d/loop; ln -s x d/link; mkfifo d/pipe; tar cf t d")
            let walked = try fixtures.documents(["d"]).map(\.source)
            #expect(walked == ["link", "x"])
            let unpacked = try fixtures.documents(["t"]).map(\.source)
            #expect(unpacked == ["t/d/x"])
            let (_, counts) = try fixtures.documents(["d"], IngestionSettings())
            #expect(counts.empty == 1)
        }
    }

    @Test("never writes anything, whatever names an archive has")
    func hostileNames() throws {
        try with { fixtures in
            try fixtures.shell(
                """
                python3 - <<'X'
                import tarfile, io
                t = tarfile.open("t", "w")
                for name in ["../../up", "/absolute", "a\\nb", "\\u00e9", "d/../x"]:
                    i = tarfile.TarInfo(name); i.size = 1; t.addfile(i, io.BytesIO(b"x"))
                t.close()
                X
                """)
            let before = try FileManager.default.subpathsOfDirectory(
                atPath: fixtures.directory.path)
            let found = try fixtures.documents(["t"]).map(\.source)
            #expect(found == ["t/../../up", "t//absolute", "t/a\nb", "t/é", "t/d/../x"])
            let after = try FileManager.default.subpathsOfDirectory(atPath: fixtures.directory.path)
            #expect(before == after)
        }
    }

    @Test("refuses a compressed archive cut short anywhere")
    func truncation() throws {
        try with { fixtures in
            for index in 0..<20 { try fixtures.write("text \(index)", to: "d/\(index)") }
            try fixtures.shell("tar czf x d")
            let bytes = [UInt8](try Data(contentsOf: URL(filePath: fixtures.path("x"))))
            for length in stride(from: 12, to: bytes.count, by: 7) {
                try fixtures.write(Array(bytes[..<length]), to: "cut")
                #expect(throws: MalformedInput.self, "\(length)") {
                    try fixtures.documents(["cut"])
                }
            }
        }
    }

    @Test("keeps to its limits and names them")
    func limits() throws {
        try with { fixtures in
            try fixtures.write([UInt8](repeating: 0x61, count: 1000), to: "d/big")
            try fixtures.shell(
                "gzip -k d/big; cp d/big.gz 1; for i in 1 2 3; do tar cf t $i; mv t $((i+1)); done")
            var limits = IngestionLimits()
            limits.totalBytes = 1500
            #expect(throws: MalformedInput.self) { try fixtures.documents(["d"], limits: limits) }
            limits = IngestionLimits()
            limits.documents = 1
            #expect(throws: MalformedInput.self) { try fixtures.documents(["d"], limits: limits) }
            let nested = try fixtures.documents(["4"])
            #expect(nested.count == 1)
            limits = IngestionLimits()
            limits.depth = 3
            #expect(
                throws: MalformedInput(
                    "archives nested deeper than 3 levels, which is the limit", in: "4/3/2/1")
            ) { try fixtures.documents(["4"], limits: limits) }
        }
    }

    @Test("treats bytes that are not UTF-8 as told", arguments: InvalidTextPolicy.allCases)
    func invalidText(_ policy: InvalidTextPolicy) throws {
        try with { fixtures in
            try fixtures.write([0x61, 0xFF, 0x62], to: "d/1")
            try fixtures.write("fine", to: "d/2")
            switch policy {
            case .replace:
                let found = try texts(fixtures.documents(["d"], invalidText: policy))
                #expect(found == ["1=a\u{FFFD}b", "2=fine"])
            case .skip:
                let found = try texts(fixtures.documents(["d"], invalidText: policy))
                #expect(found == ["2=fine"])
            case .refuse:
                #expect(throws: MalformedInput("byte 1 is not UTF-8", in: "1")) {
                    try fixtures.documents(["d"], invalidText: policy)
                }
            }
        }
    }

    @Test("cuts long documents after line ends, and long lines between characters")
    func splitting() throws {
        let document = Document(source: "d", bytes: Array("one\ntwo\nthree\nééééé".utf8))
        let pieces = document.pieces(ofAtMost: 8)
        #expect(
            texts(pieces) == ["d#0=one\ntwo\n", "d#1=three\n", "d#2=éééé", "d#3=é"])
        #expect(pieces.flatMap(\.bytes) == document.bytes)
    }
}

@Suite("Streams that are never whole in memory")
struct DocumentStreamTests {
    private func with(_ body: (CorpusFixtures) throws -> Void) throws {
        let fixtures = try CorpusFixtures()
        defer { fixtures.remove() }
        try body(fixtures)
    }

    @Test("a cut text is the same as the whole one, ill-formed parts and all")
    func cutting() throws {
        try with { fixtures in
            let bytes: [UInt8] = (0..<300_000).map { index in
                [0xF0, 0x9F, 0x98, 0x80, 0xE2, 0x82, 0x61, 0xFF][index % 8]
            }
            try fixtures.write(bytes, to: "t")
            let whole = try fixtures.documents(["t"])
            for limit in [64, 1000, 65_535, 65_536, 65_537] {
                let pieces = try fixtures.documents(["t"], longestDocument: limit)
                #expect(pieces.flatMap(\.bytes) == whole[0].bytes, "\(limit)")
                #expect(pieces.first?.source == "t#0")
            }
        }
    }

    @Test("archives that list their members at the end are read inside others, links left out")
    func nestedZip() throws {
        try with { fixtures in
            try fixtures.shell(
                """
                python3 - <<'X'
                import zipfile
                z = zipfile.ZipFile("i.zip", "w")
                z.writestr("a", "one")
                link = zipfile.ZipInfo("link"); link.create_system = 3
                link.external_attr = 0o120777 << 16; z.writestr(link, "a"); z.close()
                X
                tar czf x i.zip; cat i.zip > y
                """)
            let nested = try fixtures.documents(["x"]).map(\.source)
            #expect(nested == ["x/i.zip/a"])
            let alone = try fixtures.documents(["y"]).map(\.source)
            #expect(alone == ["y/a"])
            var limits = IngestionLimits()
            limits.heldBytes = 100
            let error = try #require(throws: MalformedInput.self) {
                try fixtures.documents(["x"], limits: limits)
            }
            #expect(error.description.hasPrefix("x/i.zip: a zip or 7-Zip archive inside another"))
        }
    }

    @Test("a file may not come to much more than its own bytes")
    func expansion() throws {
        try with { fixtures in
            try fixtures.shell("head -c 3000000 /dev/zero | tr '\\0' x | gzip -9 > x; tar czf t x")
            var limits = IngestionLimits()
            limits.expansionSlack = 1_000_000
            #expect(try fixtures.documents(["x"]).count == 1)
            for name in ["x", "t"] {
                let error = try #require(throws: MalformedInput.self) {
                    try fixtures.documents([name], limits: limits).count
                }
                #expect(
                    error.reason
                        == "more than 256 times its own bytes when decompressed, which is the limit"
                )
            }
            limits.expansion = 2000
            #expect(try fixtures.documents(["x"], limits: limits).count == 1)
        }
    }

    @Test("a truncated archive inside a whole one is refused by name")
    func truncatedInside() throws {
        try with { fixtures in
            try fixtures.write(String(repeating: "text ", count: 1000), to: "d/1")
            try fixtures.shell("tar czf i d; head -c 60 i > j.tgz; tar cf x j.tgz")
            let error = try #require(throws: MalformedInput.self) { try fixtures.documents(["x"]) }
            #expect(error.subject == "x/j.tgz")
        }
    }
}
