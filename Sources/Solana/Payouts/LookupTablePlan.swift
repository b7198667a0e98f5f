package import Encodings

/// Lookup tables for a payout, and the transactions that make them.
///
/// Each table lists what every transaction of the payout uses, so that one needs a single table
/// in most cases, and then the accounts of some recipients, in the order of the payout.
package struct LookupTablePlan: Sendable {
    /// The tables.
    package let tables: [LookupTable]
    /// The transactions, to be executed in this order.
    package let transactions: [Transaction]

    /// Tables for `list` under `terms`, which `authority` makes at `slot` and those before it.
    package init(
        _ list: PayoutList, _ terms: PayoutTerms, authority: Address, slot: UInt64,
        blockhash: Blockhash
    ) throws(MalformedInput) {
        let contents = Self.contents(list, terms)
        guard slot >= UInt64(contents.count) else {
            throw MalformedInput("expected a recent slot, found \(slot)")
        }
        var tables: [LookupTable] = []
        var transactions: [Transaction] = []
        for (number, addresses) in contents.enumerated() {
            let slot = slot - UInt64(number)
            let address = LookupTableProgram.address(authority: authority, slot: slot).address
            tables.append(try LookupTable(address, listing: addresses))
            let making = Making(
                table: address, authority: authority, payer: terms.payer, slot: slot,
                blockhash: blockhash)
            transactions += try making.transactions(listing: addresses)
        }
        self.tables = tables
        self.transactions = transactions
    }

    /// The addresses of each table.
    private static func contents(_ list: PayoutList, _ terms: PayoutTerms) -> [[Address]] {
        var shared = [terms.mint.address, terms.source]
        if terms.createsAccounts { shared.append(SystemProgram.id) }
        if !terms.authority.signers.isEmpty { shared.append(terms.authority.owner) }
        let each = terms.createsAccounts ? 2 : 1
        let most = (LookupTable.maximumAddresses - shared.count) / each
        return stride(from: 0, to: list.entries.count, by: most).map { start in
            let entries = list.entries[start..<min(start + most, list.entries.count)]
            return shared
                + entries.flatMap { entry in
                    [terms.mint.account(of: entry.recipient)]
                        + (terms.createsAccounts ? [entry.recipient] : [])
                }
        }
    }
}

/// How one table is made.
private struct Making {
    let table: Address
    let authority: Address
    let payer: Address
    let slot: UInt64
    let blockhash: Blockhash

    /// Transactions that list as many addresses each as fit; the first makes the table too.
    func transactions(listing addresses: [Address]) throws(MalformedInput) -> [Transaction] {
        var transactions: [Transaction] = []
        var start = 0
        while start < addresses.count {
            var count = min(Self.most, addresses.count - start)
            var message = try message(addresses[start..<start + count], isFirst: start == 0)
            while Transaction.size(of: message) > Transaction.maximumSize, count > 1 {
                count -= 1
                message = try self.message(addresses[start..<start + count], isFirst: start == 0)
            }
            transactions.append(try Transaction(unsigned: message))
            start += count
        }
        return transactions
    }

    /// More addresses than fit into any transaction.
    private static let most = 35

    private func message(
        _ addresses: ArraySlice<Address>, isFirst: Bool
    ) throws(MalformedInput) -> Message {
        var instructions = [
            LookupTableProgram.extend(
                table, with: Array(addresses), authority: authority, payer: payer)
        ]
        if isFirst {
            instructions.insert(
                LookupTableProgram.create(authority: authority, payer: payer, slot: slot), at: 0)
        }
        return try Message(.legacy, payer: payer, instructions, blockhash: blockhash)
    }
}
