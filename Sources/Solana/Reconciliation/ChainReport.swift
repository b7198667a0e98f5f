package import Encodings

/// What nodes said of transactions: dumped responses to `getTransaction` and
/// `getSignatureStatuses`.
package struct ChainReport: Sendable {
    /// The largest file of responses in bytes.
    package static let maximumFileSize = 1 << 28

    /// The most responses in all files.
    package static let maximumResponses = 262_144

    /// The transactions that were found.
    package private(set) var transactions: [ObservedTransaction] = []
    /// The statuses in the order of the signatures that were asked for; nil where none is known.
    package private(set) var statuses: [ObservedStatus?] = []
    /// How many transactions were asked for in vain.
    package private(set) var missing = 0

    private var responses = 0

    /// A report of nothing.
    package init() {}

    /// Takes in a file: one response, an array of responses, or one of either a line.
    package mutating func add(file bytes: [UInt8]) throws(MalformedInput) {
        guard bytes.count <= Self.maximumFileSize else {
            throw MalformedInput(
                "expected at most \(Self.maximumFileSize) bytes, found \(bytes.count)")
        }
        if let whole = try? JSON(parsing: bytes) { return try add(whole, at: "response") }
        for row in try TextTable.rows(of: bytes, sizeLimit: Self.maximumFileSize) {
            do throws(MalformedInput) {
                try add(JSON(parsing: row.text), at: "response")
            } catch {
                throw error.within("line \(row.number)")
            }
        }
    }

    private mutating func add(_ json: JSON, at place: String) throws(MalformedInput) {
        if let elements = json.array {
            for (number, element) in elements.enumerated() {
                guard element.array == nil else { throw MalformedInput("\(place): nested arrays") }
                try add(element, at: "\(place) \(number)")
            }
            return
        }
        responses += 1
        guard responses <= Self.maximumResponses else {
            throw MalformedInput("expected at most \(Self.maximumResponses) responses")
        }
        do throws(MalformedInput) {
            try add(response: json)
        } catch {
            throw error.within(place)
        }
    }

    private mutating func add(response: JSON) throws(MalformedInput) {
        if let error = response["error"], error != .null {
            let text = error["message"]?.string ?? error.summary
            throw MalformedInput("the node answered with an error: \(text.prefix(256))")
        }
        let result = response["result"] ?? response
        if result == .null {
            missing += 1
        } else if let values = result["value"]?.array {
            for value in values {
                statuses.append(value == .null ? nil : try ObservedStatus(value))
            }
        } else if result["transaction"] != nil {
            transactions.append(try ObservedTransaction(result))
        } else {
            throw MalformedInput(
                "expected a response to getTransaction or getSignatureStatuses")
        }
    }
}

/// What a node says of a transaction's outcome.
package struct ObservedStatus: Sendable, Equatable {
    /// What went wrong, or nil if the transaction succeeded.
    package let failure: String?
    /// Whether most validators have voted for the block.
    package let isConfirmed: Bool

    /// Reads an element of `value`.
    init(_ json: JSON) throws(MalformedInput) {
        guard let error = json["err"] else { throw MalformedInput("missing field 'err'") }
        failure = error == .null ? nil : error.orderedText
        let confirmation = json["confirmationStatus"]?.string
        guard ["processed", "confirmed", "finalized", nil].contains(confirmation) else {
            throw MalformedInput("field 'confirmationStatus': unknown value")
        }
        isConfirmed = confirmation != nil && confirmation != "processed"
    }
}
