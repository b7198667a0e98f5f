package import Encodings

/// An account as a node showed it.
package struct AccountDump: Sendable, Equatable {
    /// The largest file of accounts in bytes.
    package static let maximumFileSize = 1 << 26

    /// The most accounts of a file.
    package static let maximumCount = 65_536

    /// Its address, if that was said.
    package let address: Address?
    /// The program that owns it.
    package let owner: Address
    /// Its data.
    package let data: [UInt8]

    /// The accounts in a file: what `getAccountInfo`, `getMultipleAccounts` or
    /// `getProgramAccounts` answer, or `solana account --output json` prints, one or a line each;
    /// nil where there is no account.
    package static func read(_ file: [UInt8]) throws(MalformedInput) -> [AccountDump?] {
        guard file.count <= maximumFileSize else {
            throw MalformedInput("expected at most \(maximumFileSize) bytes, found \(file.count)")
        }
        var values: [JSON] = []
        if let whole = try? JSON(parsing: file) {
            values = [whole]
        } else {
            values = try JSONLines.read(file, sizeLimit: maximumFileSize) { $0 }
        }
        var dumps: [AccountDump?] = []
        for value in values.flatMap(unpacked) {
            dumps.append(value == .null ? nil : try AccountDump(value))
        }
        guard dumps.count <= maximumCount else {
            throw MalformedInput("expected at most \(maximumCount) accounts, found \(dumps.count)")
        }
        return dumps
    }

    /// The accounts in a response of any kind.
    private static func unpacked(_ json: JSON) -> [JSON] {
        if let elements = json.array { return elements }
        if let result = json["result"] { return unpacked(result["value"] ?? result) }
        return [json]
    }

    private init(_ json: JSON) throws(MalformedInput) {
        let account = json["account"] ?? json
        guard let owner = account["owner"].flatMap(Address.init(json:)),
            let data = account["data"]?.array, data.count == 2, data[1].string == "base64",
            let bytes = data[0].string.flatMap(Base64.decode)
        else { throw MalformedInput("expected an account with its data in base64") }
        self.owner = owner
        self.data = bytes
        address = json["pubkey"].flatMap(Address.init(json:))
    }
}
