/// What is known of a document besides its text; labels for people, each maybe absent.
package struct DocumentLabels: Sendable, Equatable {
    /// The name of the source in a list of sources.
    package var collection: String?
    /// The licence of the text, such as an SPDX identifier.
    package var licence: String?
    /// Where the text came from before it was collected, such as an address.
    package var origin: String?

    /// Nothing known.
    package static let none = DocumentLabels()

    /// Labels, cut to `longest` bytes.
    package init(collection: String? = nil, licence: String? = nil, origin: String? = nil) {
        self.collection = collection?.cut(toBytes: Self.longest)
        self.licence = licence?.cut(toBytes: Self.longest)
        self.origin = origin?.cut(toBytes: Self.longest)
    }

    /// The longest label in bytes; longer ones are cut.
    package static let longest = 4096
}

extension String {
    /// The longest beginning of at most `count` bytes that ends between characters.
    func cut(toBytes count: Int) -> String {
        guard utf8.count > count else { return self }
        var result = ""
        for scalar in unicodeScalars {
            guard result.utf8.count + UTF8.width(scalar) <= count else { break }
            result.unicodeScalars.append(scalar)
        }
        return result
    }
}
