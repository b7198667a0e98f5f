import Encodings
import Identity
import Solana
import TestFiles
import Testing

extension RandomSource {
    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) }
    }

    mutating func address() -> Address { Sample.address(bytes(32)) }
}

/// Keys, addresses and lists of the tests.
enum Sample {
    static func address(_ bytes: [UInt8]) -> Address {
        guard let address = Address(bytes) else { preconditionFailure("32 bytes") }
        return address
    }

    /// The key of 32 bytes `byte`.
    static func key(_ byte: UInt8) -> SigningKey {
        SigningKey(seed: [UInt8](repeating: byte, count: 32))
    }

    /// The wallet of a key.
    static func wallet(_ byte: UInt8) -> Address { Address(key(byte).publicKey) }

    static let mint = Mint(wallet(2), decimals: 9)
    static let payer = wallet(1)

    static let blockhash = blockhash(7)

    static func blockhash(_ byte: UInt8) -> Blockhash {
        guard let hash = Blockhash([UInt8](repeating: byte, count: 32)) else {
            preconditionFailure("32 bytes")
        }
        return hash
    }

    /// A list of `count` wallets; the amounts are 1, 2, 3 and so on.
    static func list(_ count: Int) throws -> PayoutList {
        try PayoutList(rows(count))
    }

    static func rows(_ count: Int) -> [PayoutList.Entry] {
        var source = RandomSource(seed: 1)
        var rows: [PayoutList.Entry] = []
        while rows.count < count {
            let address = source.address()
            guard EdwardsCurve.contains(address.bytes) else { continue }
            rows.append(PayoutList.Entry(address, UInt64(rows.count + 1)))
        }
        return rows
    }

    /// Terms where one key pays fees and owns the account that pays.
    static func terms(
        _ lifetime: PayoutTerms.Lifetime = .blockhash(blockhash)
    ) throws -> PayoutTerms {
        PayoutTerms(
            mint, from: mint.account(of: payer), by: try TokenAuthority(payer), payer: payer,
            lifetime: lifetime)
    }

    /// `count` nonces of the payer.
    static func nonces(_ count: Int) -> [DurableNonce] {
        (0..<count).map { number in
            DurableNonce(
                account: NonceAccounts.seed(number, base: payer).address, authority: payer,
                value: blockhash(UInt8(truncatingIfNeeded: number + 1)))
        }
    }
}

/// Checks that `body` refuses its input, with a reason that contains `words`.
func expectRefusal(
    _ words: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> Void
) {
    let error = #expect(throws: MalformedInput.self, sourceLocation: sourceLocation) { try body() }
    let description = error?.description ?? ""
    #expect(description.contains(words), "\(description)", sourceLocation: sourceLocation)
}
