package import Encodings

/// The program that keeps a text in the log of a transaction.
package enum MemoProgram {
    /// The address of its second version.
    package static let id = Address(known: "MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr")

    /// The longest memo in bytes; a transaction has little room for more.
    package static let maximumLength = 566

    /// A memo, to which `signers` put their names.
    package static func memo(
        _ text: String, signers: [Address] = []
    ) throws(MalformedInput) -> Instruction {
        guard text.utf8.count <= maximumLength else {
            throw MalformedInput(
                "a memo has at most \(maximumLength) bytes, this one has \(text.utf8.count)")
        }
        return Instruction(id, signers.map { .signer($0) }, data: Array(text.utf8))
    }
}
