import Encodings
import Foundation
import Solana

/// Answers questions of another program about encodings, one JSON object a line, each by a line.
///
/// `{"ask":"message"}` gives a message in base64, `find` a derived address and its bump, `account`
/// an associated token account, `curve` whether bytes are a point, `mint` and `multisig` the record
/// of a transaction that sets one up, `read` a transaction's own bytes again.
@main
enum SolanaTool {
    static func main() throws {
        while let line = readLine() {
            let question = try JSON(parsing: Array(line.utf8))
            print(try answer(question))
        }
    }

    private static func answer(_ question: JSON) throws -> String {
        switch question["ask"]?.string {
        case "message": return Base64.encode(try message(question).bytes)
        case "find":
            let seeds = (question["seeds"]?.array ?? []).compactMap { element in
                element.string.flatMap(Hex.decode)
            }
            let found = try ProgramAddress.find(seeds, program: try address(question, "program"))
            return "\(found.address) \(found.bump)"
        case "account":
            return AssociatedTokenAccount.address(
                owner: try address(question, "owner"), mint: try address(question, "mint")
            ).base58
        case "curve":
            return "\(EdwardsCurve.contains(question["bytes"]?.string.flatMap(Hex.decode) ?? []))"
        case "read":
            return try Transaction(text: question["transaction"]?.string ?? "").base64
        case "mint": return try record(mint(question), question)
        case "multisig": return try record(multisig(question), question)
        default: throw MalformedInput("unknown question")
        }
    }

    private static func address(_ json: JSON, _ name: String) throws -> Address {
        guard let address = json[name].flatMap(Address.init(json:)) else {
            throw MalformedInput("field '\(name)'")
        }
        return address
    }

    private static func blockhash(_ json: JSON) throws -> Blockhash {
        guard let hash = json["blockhash"]?.string.flatMap(Blockhash.init(base58:)) else {
            throw MalformedInput("field 'blockhash'")
        }
        return hash
    }

    private static func message(_ question: JSON) throws -> Message {
        let instructions = try (question["instructions"]?.array ?? []).map { json in
            Instruction(
                try address(json, "program"),
                try (json["accounts"]?.array ?? []).map { use in
                    AccountUse(
                        try address(use, "address"), isSigner: use["signer"]?.bool ?? false,
                        isWritable: use["writable"]?.bool ?? false)
                }, data: json["data"]?.string.flatMap(Hex.decode) ?? [])
        }
        let tables = try (question["tables"]?.array ?? []).map { try LookupTable($0) }
        return try Message(
            question["version"] == "v0" ? .v0 : .legacy, payer: try address(question, "payer"),
            instructions, blockhash: try blockhash(question), tables: tables)
    }

    private static func record(_ instructions: [Instruction], _ question: JSON) throws -> String {
        let message = try Message(
            .legacy, payer: try address(question, "payer"), instructions,
            blockhash: try blockhash(question))
        let record = try TransactionRecord(try Transaction(unsigned: message))
        return record.json.orderedText
    }

    /// A new mint of the payer's, and all of `amount` in the account of `owner`.
    private static func mint(_ question: JSON) throws -> [Instruction] {
        let payer = try address(question, "payer")
        let owner = try address(question, "owner")
        let mint = Mint(
            try address(question, "mint"),
            decimals: UInt8(clamping: question["decimals"]?.integer ?? 0),
            program: try address(question, "program"))
        let account = mint.account(of: owner)
        return [
            SystemProgram.createAccount(
                mint.address, space: TokenProgram.mintSize, owner: mint.program, payer: payer),
            TokenProgram.initialize(mint, authority: payer),
            AssociatedTokenProgram.createIdempotent(
                owner: owner, at: account, mint: mint, payer: payer),
            TokenProgram.mintToChecked(
                question["amount"]?.string.flatMap(Amount.parse) ?? 0, of: mint, to: account,
                by: try TokenAuthority(payer)),
        ]
    }

    /// A multisig at a new account.
    private static func multisig(_ question: JSON) throws -> [Instruction] {
        let account = try address(question, "account")
        return [
            SystemProgram.createAccount(
                account, space: TokenProgram.multisigSize, owner: TokenProgram.id,
                payer: try address(question, "payer")),
            TokenProgram.initializeMultisig(
                account, quorum: UInt8(clamping: question["quorum"]?.integer ?? 0),
                signers: (question["signers"]?.array ?? []).compactMap(Address.init(json:))),
        ]
    }
}
