import Encodings
import Identity
import Solana
import Testing

@Suite("Signatures of transactions")
struct SignatureTests {
    /// A transaction that the keys 1 and 2 sign, 1 for the fee.
    func transaction() throws -> Transaction {
        try Transaction(
            unsigned: Message(
                .v0, payer: Sample.wallet(1),
                [MemoProgram.memo("for both", signers: [Sample.wallet(2)])],
                blockhash: Sample.blockhash))
    }

    @Test("slots are zeros until they are signed, in any order")
    func slots() throws {
        var transaction = try transaction()
        let size = transaction.bytes.count
        #expect(transaction.missingSigners == [Sample.wallet(1), Sample.wallet(2)])
        #expect(transaction.identifier == nil)
        #expect(transaction.bytes.dropFirst().prefix(128).allSatisfy { $0 == 0 })
        try transaction.sign(with: Sample.key(2))
        #expect(transaction.missingSigners == [Sample.wallet(1)])
        #expect(transaction.identifier == nil)
        try transaction.sign(with: Sample.key(1))
        #expect(transaction.missingSigners.isEmpty)
        #expect(
            transaction.identifier
                == Base58.encode(Sample.key(1).sign(transaction.message.bytes)))
        #expect(transaction.bytes.count == size)
        try transaction.checkSignatures()
        #expect(try Transaction(parsing: transaction.bytes) == transaction)
        expectRefusal("is no signer") { try transaction.sign(with: Sample.key(3)) }
    }

    @Test("a signature of another message, or of somebody else, is refused")
    func foreign() throws {
        var transaction = try transaction()
        let other = try Message(.v0, payer: Sample.wallet(1), [], blockhash: Sample.blockhash)
        expectRefusal("is of something else") {
            try transaction.add(
                SignerSignature(
                    signer: Sample.wallet(1), signature: Sample.key(1).sign(other.bytes)))
        }
        expectRefusal("is of something else") {
            try transaction.add(
                SignerSignature(
                    signer: Sample.wallet(1),
                    signature: Sample.key(2).sign(transaction.message.bytes)))
        }
        try transaction.sign(with: Sample.key(1))
        var bytes = transaction.bytes
        bytes[5] ^= 1
        let changed = try Transaction(parsing: bytes)
        expectRefusal("does not hold") { try changed.checkSignatures() }
    }

    @Test("the shape of Solana's command line is written and read")
    func offline() throws {
        var transaction = try transaction()
        try transaction.sign(with: Sample.key(2))
        let json = OfflineSignatures(of: transaction).json
        let signature = SignerSignature(
            signer: Sample.wallet(2), signature: Sample.key(2).sign(transaction.message.bytes))
        #expect(
            json.orderedText
                == "{\"blockhash\":\"\(Sample.blockhash)\",\"signers\":[\"\(signature)\"],"
                + "\"absent\":[\"\(Sample.wallet(1))\"]}")
        #expect(try OfflineSignatures(json).signers == [signature])
        #expect(SignerSignature("\(signature)") == signature)
        for text in ["", "=", "\(Sample.wallet(2))=", "\(Sample.wallet(2))=1=1", "1\(signature)"] {
            #expect(SignerSignature(text) == nil)
        }
        let more: JSON = [
            "blockhash": Sample.blockhash.json, "message": "AQAB", "signers": ["x=y"],
        ]
        expectRefusal("expected ADDRESS=SIGNATURE") { _ = try OfflineSignatures(more) }
    }
}
