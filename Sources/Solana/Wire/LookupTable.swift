package import Encodings

/// An account that lists addresses, which messages then name by one byte each.
package struct LookupTable: Hashable, Sendable {
    /// The most addresses that a table can have.
    package static let maximumAddresses = 256

    /// The largest file of tables that is read, in bytes.
    package static let maximumFileSize = 1 << 24

    /// The table's own address.
    package let address: Address
    /// What it lists, in order.
    package let addresses: [Address]

    private let places: [Address: UInt8]

    /// The table at `address`; a listed address that is repeated is known by its first place.
    package init(_ address: Address, listing addresses: [Address]) throws(MalformedInput) {
        guard addresses.count <= Self.maximumAddresses else {
            throw MalformedInput(
                "expected at most \(Self.maximumAddresses) addresses, found \(addresses.count)",
                in: "lookup table \(address)")
        }
        self.address = address
        self.addresses = addresses
        places = Dictionary(
            zip(addresses, (0...).lazy.map { UInt8($0) }), uniquingKeysWith: { first, _ in first })
    }

    /// The place of `address`, or nil if it is not listed.
    package func place(of address: Address) -> UInt8? { places[address] }

    /// The record of the table.
    package var json: JSON {
        [
            "type": .string(Self.recordType), "table": address.json,
            "addresses": .array(addresses.map(\.json)),
        ]
    }

    /// The type of the record of a table.
    package static let recordType = "lookup-table"

    /// Reads the record of a table.
    package init(_ json: JSON) throws(MalformedInput) {
        var fields = try JSONFields(json, of: Self.recordType)
        try fields.constant("type", Self.recordType)
        let address = try fields.address("table")
        let addresses = try fields.addresses("addresses", limit: Self.maximumAddresses)
        try fields.finish()
        try self.init(address, listing: addresses)
    }
}

/// What a message takes from one lookup table: places in it.
package struct TableLookup: Hashable, Sendable {
    /// The table.
    package var table: Address
    /// The places of accounts that may be changed.
    package var writable: [UInt8]
    /// The places of accounts that are only read.
    package var readonly: [UInt8]

    /// Places in `table`.
    package init(_ table: Address, writable: [UInt8], readonly: [UInt8]) {
        self.table = table
        self.writable = writable
        self.readonly = readonly
    }
}
