package import Encodings

/// Lists of claims as CSV, in the shapes that the makers' own tools take, and ours.
package enum DistributorList {
    /// The largest list in bytes.
    package static let maximumFileSize = 1 << 24

    /// Jito's tool takes whole tokens of 9 decimals, whatever the mint has.
    private static let jitoDecimals = 9

    /// The header of Jito's lists.
    private static let jitoHeader = "pubkey,amount_unlocked,amount_locked,category"

    /// The header of Jupiter's.
    private static let jupiterHeader = "pubkey,amount,locked_amount"

    /// The claims in a file, in its order.
    ///
    /// A list of Jupiter's has amounts in tokens, which `decimals` turns into base units; what is
    /// smaller than one is cut off, as its tool does.
    package static func claims(
        in file: [UInt8], decimals: Int?
    ) throws(MalformedInput) -> [DistributorClaim] {
        let rows = try TextTable.rows(of: file, sizeLimit: maximumFileSize)
        guard let first = rows.first else { throw MalformedInput("expected claims, found none") }
        switch String(decoding: first.text, as: UTF8.self) {
        case jitoHeader:
            return try read(rows.dropFirst()) { row throws(MalformedInput) in try jito(row) }
        case jupiterHeader:
            guard let decimals else {
                throw MalformedInput("amounts in tokens need the decimals of the mint")
            }
            return try read(rows.dropFirst()) { row throws(MalformedInput) in
                try jupiter(row, decimals)
            }
        default:
            return try PayoutList(parsing: file).entries.claims()
        }
    }

    private static func read(
        _ rows: ArraySlice<TextTable.Row>,
        as claim: (TextTable.Row) throws(MalformedInput) -> DistributorClaim
    ) throws(MalformedInput) -> [DistributorClaim] {
        var claims: [DistributorClaim] = []
        for row in rows {
            do throws(MalformedInput) {
                claims.append(try claim(row))
            } catch {
                throw error.within("line \(row.number)")
            }
        }
        return claims
    }

    private static func jito(_ row: TextTable.Row) throws(MalformedInput) -> DistributorClaim {
        let cells = try row.cells(4)
        guard
            let category = DistributorClaim.Category.allCases.first(where: {
                cells[3].lowercased() == $0.rawValue
            })
        else {
            throw .field(
                "category", expected: "Staker, Searcher or Validator", found: "'\(cells[3])'")
        }
        return try claim(cells, decimals: jitoDecimals, category, fractions: false)
    }

    private static func jupiter(
        _ row: TextTable.Row, _ decimals: Int
    ) throws(MalformedInput) -> DistributorClaim {
        try claim(try row.cells(3), decimals: decimals, .staker, fractions: true)
    }

    private static func claim(
        _ cells: [String], decimals: Int, _ category: DistributorClaim.Category, fractions: Bool
    ) throws(MalformedInput) -> DistributorClaim {
        guard let claimant = Address(base58: cells[0]) else {
            throw .field(
                "pubkey", expected: "an address in base58", found: MalformedInput.quoted(cells[0]))
        }
        let allocation = DistributorClaim.Allocation(
            unlocked: try baseUnits(cells[1], decimals, fractions),
            locked: try baseUnits(cells[2], decimals, fractions))
        return try DistributorClaim(claimant, [category: allocation])
    }

    /// The base units of an amount in tokens.
    private static func baseUnits(
        _ text: String, _ decimals: Int, _ fractions: Bool
    ) throws(MalformedInput) -> UInt64 {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 1 || fractions && parts.count == 2, text.utf8.count <= 64,
            parts.allSatisfy({ part in
                !part.isEmpty && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
            })
        else {
            throw .field(
                "amount", expected: fractions ? "a decimal number" : "whole tokens",
                found: MalformedInput.quoted(text))
        }
        let fraction = parts.count == 2 ? String(parts[1].prefix(decimals)) : ""
        let zeros = String(repeating: "0", count: decimals - fraction.utf8.count)
        guard let amount = UInt64(parts[0] + fraction + zeros) else {
            throw MalformedInput("amount \(text) is more than 2^64 - 1 base units")
        }
        return amount
    }
}

extension [PayoutList.Entry] {
    /// Claims to the amounts at once.
    fileprivate func claims() throws(MalformedInput) -> [DistributorClaim] {
        var claims: [DistributorClaim] = []
        for entry in self {
            claims.append(
                try DistributorClaim(
                    entry.recipient,
                    [.staker: DistributorClaim.Allocation(unlocked: entry.amount)]))
        }
        return claims
    }
}
