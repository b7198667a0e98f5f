package import Encodings

extension Message {
    /// The message that runs `instructions` at the cost of `payer`.
    ///
    /// Within each group accounts are in the order of their bytes, as Solana's own Rust library
    /// writes them. What `tables` list is taken from there, from the first table that has it,
    /// unless it signs or is a program.
    package init(
        _ version: Version, payer: Address, _ instructions: [Instruction], blockhash: Blockhash,
        tables: [LookupTable] = []
    ) throws(MalformedInput) {
        guard version == .v0 || tables.isEmpty else {
            throw MalformedInput("a legacy message has no lookup tables")
        }
        if let large = instructions.first(where: { $0.data.count > Transaction.maximumSize }) {
            throw MalformedInput(
                "an instruction has at most \(Transaction.maximumSize) bytes,"
                    + " found \(large.data.count)")
        }
        var uses = AccountUses(payer: payer, instructions)
        let (lookups, loaded) = uses.take(from: tables)
        let accounts = uses.ordered(payer: payer)
        let numbers = try Self.numbers(of: accounts + loaded)
        self.init(
            unchecked: version, signerCount: uses.count { $0.isSigner },
            readonlySignerCount: uses.count { $0.isSigner && !$0.isWritable },
            readonlyOtherCount: uses.count { !$0.isSigner && !$0.isWritable },
            accounts: accounts, blockhash: blockhash,
            calls: instructions.map { instruction in
                Call(
                    program: numbers[instruction.program, default: 0],
                    accounts: instruction.accounts.map { numbers[$0.address, default: 0] },
                    data: instruction.data)
            },
            lookups: lookups)
    }

    /// The number of each account.
    private static func numbers(of accounts: [Address]) throws(MalformedInput) -> [Address: UInt8] {
        guard accounts.count <= maximumAccounts else { throw tooMany(accounts.count) }
        return Dictionary(uniqueKeysWithValues: zip(accounts, (0...).lazy.map { UInt8($0) }))
    }

    /// The accounts in the order of their numbers, or an error if a table is not among `tables`.
    package func resolvedAccounts(
        _ tables: [LookupTable]
    ) throws(MalformedInput) -> [Address] {
        var writable: [Address] = []
        var readonly: [Address] = []
        for lookup in lookups {
            guard let table = tables.first(where: { $0.address == lookup.table }) else {
                throw MalformedInput("lookup table \(lookup.table) is not known")
            }
            for place in lookup.writable { writable.append(try table.address(at: place)) }
            for place in lookup.readonly { readonly.append(try table.address(at: place)) }
        }
        return accounts + writable + readonly
    }
}

extension LookupTable {
    /// The address at `place`.
    fileprivate func address(at place: UInt8) throws(MalformedInput) -> Address {
        guard addresses.indices.contains(Int(place)) else {
            throw MalformedInput(
                "lookup table \(address) has \(addresses.count) addresses, none at \(place)")
        }
        return addresses[Int(place)]
    }
}

/// How the instructions of a message use each account, all uses together.
private struct AccountUses {
    struct Role {
        var isSigner = false
        var isWritable = false
        var isProgram = false
    }

    private var roles: [Address: Role] = [:]

    init(payer: Address, _ instructions: [Instruction]) {
        roles[payer] = Role(isSigner: true, isWritable: true)
        for instruction in instructions {
            roles[instruction.program, default: Role()].isProgram = true
            for use in instruction.accounts {
                roles[use.address, default: Role()].isSigner |= use.isSigner
                roles[use.address, default: Role()].isWritable |= use.isWritable
            }
        }
    }

    /// How many accounts have such a role.
    func count(where isCounted: (Role) -> Bool) -> Int {
        roles.values.reduce(0) { $0 + (isCounted($1) ? 1 : 0) }
    }

    /// Takes out what the tables list; returns the places, and the addresses in order.
    mutating func take(from tables: [LookupTable]) -> ([TableLookup], loaded: [Address]) {
        var lookups: [TableLookup] = []
        var writable: [Address] = []
        var readonly: [Address] = []
        for table in tables {
            let (changed, changedPlaces) = take(from: table) { $0.isWritable }
            let (read, readPlaces) = take(from: table) { !$0.isWritable }
            guard !changed.isEmpty || !read.isEmpty else { continue }
            lookups.append(
                TableLookup(table.address, writable: changedPlaces, readonly: readPlaces))
            writable += changed
            readonly += read
        }
        return (lookups, writable + readonly)
    }

    private mutating func take(
        from table: LookupTable, where isWanted: (Role) -> Bool
    ) -> ([Address], [UInt8]) {
        let taken = roles.filter { address, role in
            !role.isSigner && !role.isProgram && isWanted(role)
                && table.place(of: address) != nil
        }.keys.sorted()
        for address in taken { roles[address] = nil }
        return (taken, taken.compactMap { table.place(of: $0) })
    }

    /// The accounts that are left: the payer, then group by group in the order of their bytes.
    func ordered(payer: Address) -> [Address] {
        func group(isSigner: Bool, isWritable: Bool) -> [Address] {
            roles.filter { address, role in
                address != payer && role.isSigner == isSigner && role.isWritable == isWritable
            }.keys.sorted()
        }
        return [payer] + group(isSigner: true, isWritable: true)
            + group(isSigner: true, isWritable: false)
            + group(isSigner: false, isWritable: true)
            + group(isSigner: false, isWritable: false)
    }
}

extension Bool {
    /// Sets this if `other` is set.
    fileprivate static func |= (this: inout Bool, other: Bool) { this = this || other }
}
