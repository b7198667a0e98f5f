import Attestation
import Encodings
import Identity
import Storage
import TestFiles
import Testing

@Suite("model signatures")
struct ModelSignatureTests {
    private let key = EnvelopeSigningKey.identity(
        SigningKey(seed: [UInt8](repeating: 1, count: 32)))

    /// Three files, of which two stand in another order in Python.
    private var inventory: ModelInventory {
        ModelInventory(
            files: [("a/b", 1), ("a-b", 2), ("é", 3)].map { path, byte in
                ModelFile(path: path, digest: Digest(hashing: [byte]))
            })
    }

    private func statement() throws -> ModelStatement {
        try ModelStatement(
            name: "model", inventory: inventory, ignoring: IgnoredPaths(["model.sig"]),
            line: CheckpointLine([]))
    }

    /// A signature of the statement after changes of its text.
    private func signature(_ changes: [(old: String, new: String)]) throws -> ModelSignature {
        let bundle = try JSON(parsing: ModelSignature(statement(), signedWith: key).bytes)
        let payload = try Envelope(#require(bundle["dsseEnvelope"])).payload
        var text = String(decoding: payload, as: UTF8.self)
        for (old, new) in changes {
            try #require(text.contains(old))
            text = text.replacing(old, with: new)
        }
        var envelope = Envelope(payloadType: Statement.payloadType, payload: [UInt8](text.utf8))
        envelope.sign(with: key, keyID: "")
        let members = try #require(bundle.object).map { member in
            member.key == "dsseEnvelope"
                ? JSONMember(key: member.key, value: envelope.json) : member
        }
        return try ModelSignature(parsing: JSON.object(members).orderedBytes())
    }

    private func refusalOfStatement(_ old: String, _ new: String) throws -> String? {
        let signature = try signature([(old, new)])
        return refusal {
            _ = try signature.statement(signedBy: key.verificationKey)
        }
    }

    @Test("a signature is read back as it was written, and again gives the same bytes")
    func roundTrip() throws {
        let signature = ModelSignature(try statement(), signedWith: key)
        let read = try ModelSignature(parsing: signature.bytes)
        #expect(read == signature)
        #expect(try read.statement(signedBy: key.verificationKey) == statement())
        #expect(try ModelSignature(statement(), signedWith: key) == signature)
    }

    @Test("a statement is given to nobody who asks for another signer")
    func otherSigner() throws {
        let other = SigningKey(seed: [UInt8](repeating: 2, count: 32)).publicKey
        let signature = ModelSignature(try statement(), signedWith: key)
        #expect(try signature.statement(signedBy: .identity(other)) == nil)
        let curve = try EnvelopeVerificationKey(pem: VectorFile.bytes("identity/p256.pub"))
        #expect(try signature.statement(signedBy: curve) == nil)
    }

    @Test("keys on elliptic curves sign too", arguments: ["p256", "p384", "p521"])
    func curves(name: String) throws {
        let key = try EnvelopeSigningKey(parsing: VectorFile.bytes("identity/\(name).pem"))
        let signer = try EnvelopeVerificationKey(pem: VectorFile.bytes("identity/\(name).pub"))
        let signature = try ModelSignature(
            parsing: ModelSignature(statement(), signedWith: key).bytes)
        #expect(try signature.statement(signedBy: signer) == statement())
    }

    @Test(
        "the published signatures hold, by whichever method they name their key",
        arguments: [("key", "key"), ("certificate", "key"), ("sigstore", "sigstore")])
    func published(name: String, key: String) throws {
        let signature = try ModelSignature(
            parsing: VectorFile.bytes("attestation/oms/\(name).bundle.json"))
        let key = try EnvelopeVerificationKey(pem: VectorFile.bytes("attestation/oms/\(key).pem"))
        let statement = try #require(try signature.statement(signedBy: key))
        #expect(statement.inventory.files.map(\.path) == ["signme-1", "signme-2"])
        #expect(statement.ignored.covers("ignore-me"))
        #expect(try signature.statement(signedBy: self.key.verificationKey) == nil)
    }

    @Test("a published model is the one that its signature describes")
    func publishedModel() throws {
        let directory = try TemporaryDirectory()
        for name in ["signme-1", "signme-2", "ignore-me", "model.sig"] {
            try Files.writeAtomically(
                path: directory.file(name), VectorFile.bytes("attestation/oms-model/\(name)"))
        }
        let signature = try ModelSignature(
            parsing: Files.read(path: directory.file("model.sig"), limit: 1 << 16))
        let key = try EnvelopeVerificationKey(pem: VectorFile.bytes("attestation/oms/key.pem"))
        let statement = try #require(try signature.statement(signedBy: key))
        let found = try ModelInventory.read(
            directory: directory.path, ignoring: statement.ignored)
        #expect(found.differences(from: statement.inventory).isEmpty)
    }

    @Test(
        "the published broken bundles are refused",
        arguments: [
            ("empty", "at byte 0: expected a value, found the end of the input"),
            ("missing-envelope", "bundle: missing field 'dsseEnvelope'"),
            ("missing-tlog-entries", "verificationMaterial: missing field 'tlogEntries'"),
            ("missing-verification-material", "bundle: missing field 'verificationMaterial'"),
        ])
    func publishedBroken(name: String, reason: String) throws {
        let bytes = try VectorFile.bytes("attestation/oms/\(name).bundle.json")
        #expect(
            refusal { _ = try ModelSignature(parsing: bytes) }
                == reason)
    }

    @Test("the published bundle with another predicate is refused: its signature does not hold")
    func publishedPredicate() throws {
        let signature = try ModelSignature(
            parsing: VectorFile.bytes("attestation/oms/wrong-predicate.bundle.json"))
        let key = try EnvelopeVerificationKey(pem: VectorFile.bytes("attestation/oms/key.pem"))
        #expect(try signature.statement(signedBy: key) == nil)
        #expect(
            try refusalOfStatement(ModelStatement.predicateType, "https://example.com/v1.0")
                == "statement: field 'predicateType': expected"
                + " \"https://model_signing/signature/v1.0\", found \"https://example.com/v1.0\"")
    }

    @Test("files may be sorted by their bytes or, as Python does it, by the names in their paths")
    func orders() throws {
        let files = inventory.files
        #expect(files.map(\.path) == ["a-b", "a/b", "é"])
        func resource(_ file: ModelFile) -> String {
            #"{"name":"\#(file.path)","digest":"\#(file.digest)","algorithm":"sha256"}"#
        }
        let exchanged = (
            "\(resource(files[0])),\(resource(files[1]))",
            "\(resource(files[1])),\(resource(files[0]))"
        )
        let root = Digest(hashing: [files[1], files[0], files[2]].flatMap(\.digest.bytes))
        let signature = try signature([exchanged, ("\(statement().root)", "\(root)")])
        let read = try #require(try signature.statement(signedBy: key.verificationKey))
        #expect(read.inventory == inventory)
        #expect(read.root == root)
        #expect(
            try refusalOfStatement(exchanged.0, exchanged.1)
                == "subject: field 'sha256': expected \(root), found \(statement().root)")
    }

    @Test(
        "a statement that breaks a rule is refused",
        arguments: [
            ("\"a-b\"", "\"/a-b\"", "expected a relative path without '.' and '..'"),
            ("\"a-b\"", "\"../a-b\"", "expected a relative path without '.' and '..'"),
            ("\"a-b\"", "\"./a-b\"", "expected a relative path without '.' and '..'"),
            ("\"a-b\"", "\"a//b\"", "expected a relative path without '.' and '..'"),
            ("\"a-b\"", "\"a-b/\"", "expected a relative path without '.' and '..'"),
            ("\"a-b\"", "\".\"", "expected a relative path without '.' and '..'"),
            ("\"a-b\"", "\"\"", "expected a relative path without '.' and '..'"),
            ("\"a-b\"", "\"a\\u0000\"", "expected a relative path without '.' and '..'"),
            ("\"a-b\"", "7", "expected a relative path without '.' and '..'"),
            ("\"a-b\"", "\"z\"", "resources: expected files sorted by name, each once"),
            ("\"a-b\"", "\"a/b\"", "resources: expected files sorted by name, each once"),
            (
                "\"algorithm\":\"sha256\"", "\"algorithm\":\"blake3\"",
                "resource: field 'algorithm': expected \"sha256\", found \"blake3\""
            ),
            ("\"digest\":\"", "\"digest\":\"0", "resource: field 'digest': expected 64"),
            ("\"resources\":", "\"resources\":[],\"others\":", "resources: expected files"),
            ("\"resources\":", "\"others\":", "predicate: missing field 'resources'"),
            ("\"serialization\":", "\"other\":", "predicate: missing field 'serialization'"),
            ("\"files\"", "\"shards\"", "field 'serialization': field 'method': expected"),
            ("\"hash_type\":\"sha256\"", "\"hash_type\":\"blake2b\"", "field 'serialization'"),
            ("\"allow_symlinks\":false", "\"allow_symlinks\":true", "field 'serialization'"),
            ("\"allow_symlinks\":false,", "", "field 'serialization': missing field"),
            (
                "\"allow_symlinks\"", "\"shard_size\":9,\"allow_symlinks\"",
                "field 'serialization': unknown field 'shard_size'"
            ),
            ("\"model.sig\"", "\"../model.sig\"", "expected a relative path without '.'"),
            ("\"model.sig\"", "\"/\"", "expected a relative path without '.'"),
        ])
    func refusals(old: String, new: String, reason: String) throws {
        let found = try refusalOfStatement(old, new)
        #expect(found?.contains(reason) == true, "\(found ?? "accepted")")
    }

    @Test("a root that is not that of the files is refused")
    func root() throws {
        let (root, other) = (try statement().root, Digest(hashing: [9]))
        #expect(
            try refusalOfStatement("\(root)", "\(other)")
                == "subject: field 'sha256': expected \(root), found \(other)")
    }

    @Test("parameters that later versions add to the predicate are passed over")
    func extensions() throws {
        let signature = try signature([("\"resources\":", "\"card\":{},\"resources\":")])
        #expect(try signature.statement(signedBy: key.verificationKey) == statement())
        let paths = #","ignore_paths":[".git",".gitattributes",".github",".gitignore","model.sig"]"#
        let older = try self.signature([(paths, "")])
        let read = try #require(try older.statement(signedBy: key.verificationKey))
        #expect(read.ignored == IgnoredPaths())
    }

    @Test(
        "a bundle that breaks a rule is refused",
        arguments: [
            ("v0.3+json", "v0.2+json", "bundle: field 'mediaType': expected "),
            ("{\"mediaType\"", "{\"more\":1,\"mediaType\"", "bundle: unknown field 'more'"),
            ("\"hint\"", "\"hand\"", "publicKey: missing field 'hint'"),
            ("\"publicKey\"", "\"publicHey\"", "verificationMaterial: expected one of"),
            (
                "\"publicKey\"", "\"certificate\":{},\"publicKey\"",
                "verificationMaterial: expected one of"
            ),
            ("\"tlogEntries\":[]", "\"tlogEntries\":1", "verificationMaterial: field 'tlog"),
            ("\"signatures\":[", "\"signatures\":[{\"sig\":\"\"},", "envelope: expected one"),
        ])
    func bundles(old: String, new: String, reason: String) throws {
        let text = String(
            decoding: ModelSignature(try statement(), signedWith: key).bytes, as: UTF8.self)
        try #require(text.contains(old))
        let found = refusal {
            _ = try ModelSignature(parsing: [UInt8](text.replacing(old, with: new).utf8))
        }
        #expect(found?.hasPrefix(reason) == true, "\(found ?? "accepted")")
    }

    @Test("a bundle has limits")
    func limits() {
        let files: [[UInt8]] = [
            [UInt8](repeating: 0x20, count: ModelSignature.maximumSize + 1),
            [UInt8](repeating: 0x5B, count: 17),
            [UInt8](("[" + String(repeating: "0,", count: 65_536)).utf8),
        ]
        for (file, reason) in zip(files, ["67108864 bytes", "16 levels", "65536 values"]) {
            let found = refusal { _ = try ModelSignature(parsing: file) }
            #expect(found?.contains("expected at most \(reason)") == true, "\(found ?? "accepted")")
        }
    }

    @Test("every changed byte of the statement makes it nobody's")
    func mutations() throws {
        let bytes = ModelSignature(try statement(), signedWith: key).bytes
        let bundle = try JSON(parsing: bytes)
        let payload = try #require(bundle["dsseEnvelope"]?["payload"]?.string)
        let text = String(decoding: bytes, as: UTF8.self)
        let start = try #require(text.utf8Offset(of: payload))
        for position in start..<start + payload.utf8.count - 4 {
            var changed = bytes
            changed[position] = changed[position] == 0x41 ? 0x42 : 0x41
            let signature = try ModelSignature(parsing: changed)
            #expect(try signature.statement(signedBy: key.verificationKey) == nil)
        }
    }
}

extension String {
    /// Where the first occurrence of `part` begins, in bytes.
    fileprivate func utf8Offset(of part: String) -> Int? {
        firstRange(of: part).map { utf8.distance(from: startIndex, to: $0.lowerBound) }
    }
}
