import Identity
import Encodings

/// How much money lies where; moving it is all that can be done.
package struct Holdings: Sendable, Equatable {
    /// What lies where, in base units; places without money are left out.
    package private(set) var amounts: [Holding: UInt64] = [:]

    /// What lies in a place.
    package subscript(holding: Holding) -> UInt64 { amounts[holding] ?? 0 }

    /// Moves money; of the supply there is as much as anybody asks for.
    ///
    /// - Throws: `MalformedInput` when there is less than that; `unit` is how the error shows amounts.
    mutating func move(_ movement: Movement, in unit: TokenUnit) throws(MalformedInput) {
        guard movement.amount > 0, movement.source != movement.destination else { return }
        if movement.source != .supply {
            let held = self[movement.source]
            guard held >= movement.amount else {
                throw MalformedInput(
                    "\(movement.source) holds \(unit.describe(held)),"
                        + " less than \(unit.describe(movement.amount))")
            }
            amounts[movement.source] = held == movement.amount ? nil : held - movement.amount
        }
        amounts[movement.destination, default: 0] += movement.amount
    }

    /// All money: it adds up to what was issued.
    package var total: UInt128 {
        amounts.values.reduce(0) { $0 + UInt128($1) }
    }
}

extension Holding: CustomStringConvertible {
    /// The place in a few words.
    package var description: String {
        switch self {
        case .supply: "the supply"
        case .treasury: "treasury"
        case .balance(let key): key.base58
        case .stake(let key): "the stake of \(key.base58)"
        case .escrow(let round): "the escrow of round \(round)"
        case .vesting(let key): "the vesting pay of \(key.base58)"
        case .payable(let number): "export \(number)"
        case .paidOut: "what was paid out"
        }
    }
}
