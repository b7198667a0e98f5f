import Encodings
import Foundation
import Identity
import TestFiles
import Testing

@Suite("key files")
struct KeyFileTests {
    private let key = SigningKey(seed: [UInt8](repeating: 1, count: 32))

    @Test("a solana-keygen file comes back as the same key")
    func solana() throws {
        let file = key.solanaJSON
        #expect(file.starts(with: Array("[1,1,1,1".utf8)) && file.last == UInt8(ascii: "]"))
        let read = try SigningKey(parsing: file + [0x0A])
        #expect(read.publicKey == key.publicKey)
        #expect(read.sign([5]) == key.sign([5]))
    }

    @Test("new keys differ, and a key does not show its secret half")
    func secrets() {
        #expect(SigningKey.generate().publicKey != SigningKey.generate().publicKey)
        var shown = "\(key)"
        dump(key, to: &shown)
        #expect(shown.hasPrefix("private key of \(key.publicKey)"))
        #expect(!shown.contains("seed"))
    }

    @Test("a solana-keygen file whose halves do not belong together is refused")
    func mismatch() {
        let other = SigningKey(seed: [UInt8](repeating: 2, count: 32))
        let mixed = JSON.array(
            ([UInt8](repeating: 1, count: 32) + other.publicKey.bytes).map {
                .integer(Int64($0))
            })
        #expect(
            throws: MalformedInput(
                "expected the public half to be \(key.publicKey), found another key")
        ) { try SigningKey(parsing: mixed.orderedBytes()) }
    }

    @Test("other files are refused", arguments: ["", "[]", "[1,2,3]", "{}", "-----BEGIN PGP-----"])
    func others(text: String) {
        #expect(throws: MalformedInput.self) { try SigningKey(parsing: Array(text.utf8)) }
    }

    @Test("numbers that are not bytes are refused", arguments: ["256", "-1", "1.0", "\"1\""])
    func elements(element: String) {
        let text = "[" + Array(repeating: "1", count: 63).joined(separator: ",") + ",\(element)]"
        #expect(throws: MalformedInput.self) { try SigningKey(parsing: Array(text.utf8)) }
    }

    @Test("an OpenSSH key file gives the key of its .pub file")
    func openSSH() throws {
        let read = try SigningKey(parsing: VectorFile.bytes("identity/openssh-ed25519"))
        let line = String(
            decoding: try VectorFile.bytes("identity/openssh-ed25519.pub"), as: UTF8.self)
        let blob = try #require(Base64.decode(String(line.split(separator: " ")[1])))
        #expect(blob.suffix(32).elementsEqual(read.publicKey.bytes))
    }

    @Test(
        "OpenSSH files that are encrypted or hold another kind of key are refused",
        arguments: [
            (
                "openssh-encrypted",
                "OpenSSH key: expected cipher none (decrypt it with ssh-keygen -p),"
                    + " found something else"
            ),
            (
                "openssh-ecdsa", "OpenSSH key: expected key type ssh-ed25519, found something else"
            ),
        ])
    func unusable(name: String, reason: String) throws {
        let file = try VectorFile.bytes("identity/\(name)")
        #expect(throws: MalformedInput(reason)) { try SigningKey(parsing: file) }
    }

    @Test("every prefix of an OpenSSH file is refused")
    func prefixes() throws {
        let file = try VectorFile.bytes("identity/openssh-ed25519")
        for count in file.indices {
            #expect(throws: MalformedInput.self) {
                try SigningKey(parsing: [UInt8](file[..<count]))
            }
        }
    }

    @Test("ssh-keygen makes a key that signs as ssh-keygen's own public key says")
    func sshKeygen() throws {
        let directory = try TemporaryDirectory()
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/ssh-keygen")
        process.arguments = ["-q", "-t", "ed25519", "-N", "", "-f", directory.file("key")]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        let file = [UInt8](try Data(contentsOf: URL(filePath: directory.file("key"))))
        let line = try String(contentsOfFile: directory.file("key.pub"), encoding: .utf8)
        let blob = try #require(Base64.decode(String(line.split(separator: " ")[1])))
        let read = try SigningKey(parsing: file)
        #expect(blob.suffix(32).elementsEqual(read.publicKey.bytes))
    }
}
