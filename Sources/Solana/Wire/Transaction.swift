package import Encodings
package import Identity

/// A message and the signatures of it; a slot of zeros waits for its signature.
package struct Transaction: Hashable, Sendable {
    /// The largest transaction that the network carries, in bytes.
    package static let maximumSize = 1_232

    /// The number of bytes in a signature.
    package static let signatureSize = 64

    /// What is signed.
    package let message: Message
    /// The signatures, one for each signer of the message in order.
    package private(set) var signatures: [[UInt8]]

    private static let emptySlot = [UInt8](repeating: 0, count: signatureSize)

    /// The transaction of `message`, which nobody has signed yet.
    package init(unsigned message: Message) throws(MalformedInput) {
        let size = Self.size(of: message)
        guard size <= Self.maximumSize else {
            throw MalformedInput(
                "a transaction has at most \(Self.maximumSize) bytes, this one would have \(size)")
        }
        self.message = message
        signatures = [[UInt8]](repeating: Self.emptySlot, count: message.signerCount)
    }

    /// The size of the transaction of `message` in bytes.
    package static func size(of message: Message) -> Int {
        CompactLength.encode(message.signerCount).count + signatureSize * message.signerCount
            + message.bytes.count
    }

    /// The bytes that are sent.
    package var bytes: [UInt8] {
        CompactLength.encode(signatures.count) + signatures.joined() + message.bytes
    }

    /// The signers whose signatures are missing.
    package var missingSigners: [Address] {
        zip(message.signers, signatures).filter { $0.1 == Self.emptySlot }.map(\.0)
    }

    /// The signers that have signed, with their signatures.
    package var presentSignatures: [SignerSignature] {
        zip(message.signers, signatures).filter { $0.1 != Self.emptySlot }
            .map { SignerSignature(signer: $0.0, signature: $0.1) }
    }

    /// What the network calls the transaction, the payer's signature; nil until the payer signs.
    package var identifier: String? {
        signatures[0] == Self.emptySlot ? nil : Base58.encode(signatures[0])
    }

    /// Takes a signature in, if its signer is asked for one and it holds.
    package mutating func add(_ signature: SignerSignature) throws(MalformedInput) {
        guard let slot = message.signers.firstIndex(of: signature.signer) else {
            throw MalformedInput("\(signature.signer) is no signer of this transaction")
        }
        guard signature.isValid(for: message) else {
            throw MalformedInput("the signature of \(signature.signer) is of something else")
        }
        signatures[slot] = signature.signature
    }

    /// Signs with `key`, which must be a signer's.
    package mutating func sign(with key: SigningKey) throws(MalformedInput) {
        try add(
            SignerSignature(
                signer: Address(key.publicKey), signature: key.sign(message.bytes)))
    }

    /// Refuses the transaction if a signature in it does not hold.
    package func checkSignatures() throws(MalformedInput) {
        for present in presentSignatures where !present.isValid(for: message) {
            throw MalformedInput("the signature of \(present.signer) does not hold")
        }
    }
}

extension Transaction {
    /// The transaction that takes all of `bytes`; signatures are not checked here.
    package init(parsing bytes: [UInt8]) throws(MalformedInput) {
        guard bytes.count <= Self.maximumSize else {
            throw MalformedInput(
                "expected a transaction of at most \(Self.maximumSize) bytes,"
                    + " found \(bytes.count)")
        }
        // The first byte of version 1 is the version, where a number of signatures is expected.
        if let first = bytes.first, first & 0x80 != 0 {
            throw MalformedInput(
                "expected a legacy transaction or version 0, found version \(first & 0x7F)")
        }
        var reader = WireReader(bytes)
        let count = try reader.length("signatures")
        var signatures: [[UInt8]] = []
        for _ in 0..<count {
            signatures.append(try reader.bytes(Self.signatureSize, "signatures"))
        }
        message = try Message(from: &reader)
        self.signatures = signatures
        guard count == message.signerCount else {
            throw MalformedInput(
                "expected \(message.signerCount) signatures, found room for \(count)")
        }
    }

    /// The longest text of a transaction, in characters.
    package static let maximumTextLength = 2_048

    /// The transaction that base64 or base58 text spells.
    package init(text: String) throws(MalformedInput) {
        guard text.utf8.count <= Self.maximumTextLength else {
            throw MalformedInput(
                "expected at most \(Self.maximumTextLength) characters, found more")
        }
        let base58 = Base58.decode(text, limit: Self.maximumTextLength)
        guard let bytes = Base64.decode(text) else {
            guard let base58 else {
                throw MalformedInput("expected a transaction in base64 or base58")
            }
            try self.init(parsing: base58)
            return
        }
        do throws(MalformedInput) {
            try self.init(parsing: bytes)
        } catch {
            // Text in base58 can look like base64.
            guard let base58, let transaction = try? Transaction(parsing: base58) else {
                throw error
            }
            self = transaction
        }
    }

    /// The transactions in lines of text, whose signatures must hold.
    package static func read(lines file: [UInt8]) throws(MalformedInput) -> [Transaction] {
        var transactions: [Transaction] = []
        for row in try TextTable.rows(of: file, sizeLimit: TransactionRecord.maximumFileSize) {
            do throws(MalformedInput) {
                let text = String(decoding: row.text, as: UTF8.self)
                let transaction = try Transaction(text: text)
                try transaction.checkSignatures()
                transactions.append(transaction)
            } catch {
                throw error.within("line \(row.number)")
            }
        }
        return transactions
    }

    /// The text of the bytes in base64.
    package var base64: String { Base64.encode(bytes) }
}

/// A signature of a message and whose it is, as Solana's command line shows and takes them.
package struct SignerSignature: Hashable, Sendable, CustomStringConvertible {
    /// Who signed.
    package let signer: Address
    /// The 64 bytes.
    package let signature: [UInt8]

    /// The signature of `signer`.
    package init(signer: Address, signature: [UInt8]) {
        precondition(signature.count == Transaction.signatureSize, "a signature has 64 bytes")
        self.signer = signer
        self.signature = signature
    }

    /// The signature that `text`, an address and base58 with `=` between, spells.
    package init?(_ text: String) {
        let parts = text.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, let signer = Address(base58: parts[0]),
            parts[1].utf8.count <= 88, let signature = Base58.decode(parts[1]),
            signature.count == Transaction.signatureSize
        else { return nil }
        self.init(signer: signer, signature: signature)
    }

    /// Address and signature in base58 with `=` between.
    package var description: String { "\(signer)=\(Base58.encode(signature))" }

    /// Whether the signature is one of `message` under the strict rule.
    package func isValid(for message: Message) -> Bool {
        signer.key.isValid(signature: signature, for: message.bytes)
    }
}
