import Encodings
import Identity
import Testing

@Suite("signed notes")
struct SignedNoteTests {
    private let key = SigningKey(seed: [UInt8](repeating: 1, count: 32))
    private let text = Array("first line\nsecond line\n".utf8)

    @Test("a note by Go's sumdb/note package is valid")
    func peer() throws {
        let text =
            "If you think cryptography is the answer to your problem,\n"
            + "then you don't know what your problem is.\n"
        let line =
            "\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZ"
            + "SNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
        let note = try SignedNote(parsing: Array((text + "\n" + line).utf8))
        let verifier = try #require(
            Base64.decode("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"))
        let key = try #require(PublicKey([UInt8](verifier[1...])))
        #expect(NoteSignature.keyID(name: "PeterNeumann", key: key) == [0xC7, 0x4F, 0x20, 0xA3])
        #expect(note.isSigned(by: key, named: "PeterNeumann"))
        #expect(note.signers() == [])
    }

    @Test("a note by two keys names both and comes back the same")
    func roundTrip() throws {
        let other = SigningKey(seed: [UInt8](repeating: 2, count: 32))
        var note = try SignedNote(text: text)
        note.sign(with: key)
        note.sign(with: other)
        let read = try SignedNote(parsing: note.bytes)
        #expect(read == note)
        #expect(read.text == text)
        #expect(read.signers() == [key.publicKey, other.publicKey])
    }

    @Test("a note without signatures is its text")
    func unsigned() throws {
        let note = try SignedNote(parsing: text)
        #expect(note.bytes == text && note.signers() == [])
    }

    @Test("signing again replaces the signature")
    func again() throws {
        var note = try SignedNote(text: text)
        note.sign(with: key)
        note.sign(with: key)
        #expect(note.signatures.count == 1)
    }

    @Test("one failing signature that states its key takes all signers away")
    func failing() throws {
        let other = SigningKey(seed: [UInt8](repeating: 2, count: 32))
        var note = try SignedNote(text: text)
        note.sign(with: key)
        note.add(
            NoteSignature(
                name: other.publicKey.base58,
                keyID: NoteSignature.keyID(name: other.publicKey.base58, key: other.publicKey),
                signature: key.sign(text)))
        #expect(note.signers() == [])
        #expect(
            throws: MalformedInput(
                "expected a valid signature by \(other.publicKey), found an invalid one")
        ) { try note.verifiedSigners() }
    }

    @Test("no changed byte of a signed note leaves it signed by its key")
    func mutations() throws {
        var note = try SignedNote(text: text)
        note.sign(with: key)
        let bytes = note.bytes
        for index in bytes.indices {
            for change: UInt8 in [1, 0x20, 0x80] {
                var changed = bytes
                changed[index] ^= change
                let signers = (try? SignedNote(parsing: changed))?.signers() ?? []
                #expect(signers == [])
            }
        }
    }

    @Test(
        "malformed notes are refused",
        arguments: [
            "", "no line feed", "\n", "\ntext\n", "a\n\nb\n\n\u{2014} n AAAAAAA=\n",
            "a\n\nno dash\n",
            "a\n\n", "a\n\n\u{2014} n AAAAAAA=", "a\n\n\u{2014} n AAAAAAA=\n\n", "a\tb\n",
            "a\n\n\u{2014} n+m AAAAAAA=\n", "a\n\n\u{2014}  AAAAAAA=\n", "a\n\n\u{2014} n AAAA\n",
            "a\n\n\u{2014} n AAAAAAA\n", "a\n\n- n AAAAAAA=\n", "a\n\n\u{2014} n AAAAAAA= \n",
            "a\r\n",
        ])
    func malformed(note: String) {
        #expect(throws: MalformedInput.self) { try SignedNote(parsing: Array(note.utf8)) }
    }

    @Test("a note with more than 64 signatures or over the size limit is refused")
    func limits() {
        let lines = String(repeating: "\u{2014} n AAAAAAA=\n", count: 65)
        #expect(throws: MalformedInput("expected at most 64 signatures, found more")) {
            try SignedNote(parsing: Array("a\n\n\(lines)".utf8))
        }
        #expect(throws: MalformedInput("expected a note of at most 3 bytes, found 4")) {
            try SignedNote(parsing: Array("abc\n".utf8), limit: 3)
        }
    }
}

@Suite("signed records")
struct SignedRecordTests {
    private let key = SigningKey(seed: [UInt8](repeating: 1, count: 32))
    private let record: JSON = ["type": "test", "round": 3, "name": "x"]

    @Test("a signed record names its signer, whatever the order of its members")
    func roundTrip() throws {
        let signed = SignedRecord.sign(record, with: key)
        #expect(signed.object?.last?.key == "signature")
        let shuffled = JSON.object((signed.object ?? []).reversed())
        for form in [signed, shuffled] {
            let (signer, unsigned) = try SignedRecord.verify(form)
            #expect(signer == key.publicKey)
            #expect(unsigned.canonicalBytes() == record.canonicalBytes())
        }
    }

    @Test("the signature is that of a note over the canonical record and a line feed")
    func construction() throws {
        let signed = SignedRecord.sign(record, with: key)
        let line = try #require(signed["signature"]?.string)
        let text = #"{"name":"x","round":3,"type":"test"}"# + "\n"
        let note = try SignedNote(parsing: Array("\(text)\n\(line)\n".utf8))
        #expect(note.signers() == [key.publicKey])
    }

    @Test("a record that is changed, unsigned or signed by a name that is no key is refused")
    func refusals() throws {
        let signed = SignedRecord.sign(record, with: key)
        var members = try #require(signed.object)
        members[1].value = 4
        #expect(
            throws: MalformedInput(
                "field 'signature': expected a valid signature by \(key.publicKey),"
                    + " found an invalid one")
        ) { try SignedRecord.verify(.object(members)) }
        #expect(throws: MalformedInput("missing field 'signature'")) {
            try SignedRecord.verify(record)
        }
        members = [JSONMember(key: "signature", value: "\u{2014} somebody AAAAAAA=")]
        #expect(throws: MalformedInput.self) { try SignedRecord.verify(.object(members)) }
    }
}
