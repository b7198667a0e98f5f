import ArgumentParser
import CommandLineTool
import Encodings
import Identity
import Solana

/// Addresses and hashes as options take them.
enum SolanaParse {
    static func address(_ text: String, _ option: String) throws -> Address {
        guard let address = Address(base58: text) else {
            throw Failure(.usage, "\(option): expected a base58 address, found '\(text)'")
        }
        return address
    }

    static func blockhash(_ text: String, _ option: String) throws -> Blockhash {
        guard let blockhash = Blockhash(base58: text) else {
            throw Failure(.usage, "\(option): expected a base58 hash, found '\(text)'")
        }
        return blockhash
    }
}

/// Who pays fees, and keys that sign at once.
struct PayerOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Who pays the fee; by default the first --key.", valueName: "address"))
    var payer: String?

    @Option(
        help: ArgumentHelp(
            "Sign with this key at once; may be repeated. Without, slots stay empty.",
            valueName: "file"))
    var key: [String] = []

    /// The keys.
    func keys() throws -> [SigningKey] { try key.map { try KeyFile.read($0) } }

    /// The payer.
    func address(_ keys: [SigningKey]) throws -> Address {
        if let payer { return try SolanaParse.address(payer, "--payer") }
        guard let first = keys.first else { throw Failure(.usage, "give --payer or --key") }
        return Address(first.publicKey)
    }

    /// Signs with those of the keys that `transaction` asks for.
    static func sign(_ transaction: inout Transaction, with keys: [SigningKey]) throws {
        for key in keys where transaction.message.signers.contains(Address(key.publicKey)) {
            try transaction.sign(with: key)
        }
    }
}

/// What bounds the life of transactions.
struct LifetimeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A recent blockhash; a transaction with it must be sent within a minute.",
            valueName: "hash"))
    var blockhash: String?

    @Option(
        help: ArgumentHelp(
            "Durable nonces, one for each transaction, as nonce read prints them.",
            valueName: "file"))
    var nonces: String?

    func validate() throws {
        guard (blockhash == nil) != (nonces == nil) else {
            throw ValidationError("give either --blockhash or --nonces")
        }
    }

    func lifetime() throws -> PayoutTerms.Lifetime {
        if let blockhash {
            return .blockhash(try SolanaParse.blockhash(blockhash, "--blockhash"))
        }
        return .nonces(try SolanaFiles.nonces(nonces ?? "-"))
    }
}

/// Lookup tables by file.
struct LookupOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Lookup tables that transactions use, as lookup-table printed them; may be repeated.",
            valueName: "file"))
    var lookupTable: [String] = []

    func tables() throws -> [LookupTable] {
        try lookupTable.flatMap { try SolanaFiles.tables($0) }
    }
}

/// Transactions with other than payments.
enum SingleTransaction {
    /// Prints the transaction of `instructions`, signed with those of `keys` that it asks for.
    static func print(
        _ instructions: [Instruction], payer: Address, lifetime: PayoutTerms.Lifetime,
        keys: [SigningKey]
    ) throws {
        let message =
            switch lifetime {
            case .blockhash(let blockhash):
                try Message(.v0, payer: payer, instructions, blockhash: blockhash)
            case .nonces(let nonces):
                try Message(
                    .v0, payer: payer, [try first(nonces).advance] + instructions,
                    blockhash: try first(nonces).value)
            }
        try print([try Transaction(unsigned: message)], keys: keys)
    }

    /// Prints `transactions`, signed with those of `keys` that they ask for.
    static func print(_ transactions: [Transaction], keys: [SigningKey]) throws {
        for transaction in transactions {
            var signed = transaction
            try PayerOptions.sign(&signed, with: keys)
            try SolanaFiles.print(.transaction(try TransactionRecord(signed)))
        }
    }

    private static func first(_ nonces: [DurableNonce]) throws -> DurableNonce {
        guard let nonce = nonces.first else {
            throw MalformedInput("expected a durable nonce, found none", in: "--nonces")
        }
        return nonce
    }
}
