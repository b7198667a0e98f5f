import Solana
import TestFiles

/// Messages with all kinds of accounts, the same for the same seed.
struct RandomMessages {
    var source: RandomSource
    let pool: [Address]

    init(seed: Int) {
        source = RandomSource(seed: seed)
        var fresh = source
        pool = (0..<14).map { _ in fresh.address() }
        source = fresh
    }

    mutating func address() -> Address { pool[Int.random(in: 0..<pool.count, using: &source)] }

    mutating func instructions() -> [Instruction] {
        (0..<Int.random(in: 0...5, using: &source)).map { _ in
            let uses = (0..<Int.random(in: 0...6, using: &source)).map { _ in
                AccountUse(
                    address(), isSigner: Int.random(in: 0..<4, using: &source) == 0,
                    isWritable: Bool.random(using: &source))
            }
            // The payer is the first of the pool, and no program.
            let program = pool[Int.random(in: 1..<pool.count, using: &source)]
            return Instruction(
                program, uses, data: source.bytes(Int.random(in: 0...40, using: &source)))
        }
    }

    mutating func tables() throws -> [LookupTable] {
        try (0..<Int.random(in: 0...3, using: &source)).map { _ in
            let listed = (0..<Int.random(in: 1...8, using: &source)).map { _ in address() }
            return try LookupTable(source.address(), listing: listed)
        }
    }

    mutating func message(_ version: Message.Version) throws -> Message {
        try Message(
            version, payer: pool[0], instructions(), blockhash: Sample.blockhash,
            tables: version == .v0 ? tables() : [])
    }
}
