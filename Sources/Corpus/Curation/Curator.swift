import Storage

/// Decides document by document what is kept; a decision depends on the documents before it and on
/// nothing else.
///
/// The rules are those of docs/formats/documents.md, section "Curation".
package struct Curator {
    private let settings: CurationSettings
    private let filters: TextFilters
    private let contamination: ContaminationIndex
    private let minHash = MinHash()
    private var texts = FingerprintSet(lanes: 2)
    private var wordings = FingerprintSet(lanes: 2)
    private var bands = FingerprintSet(lanes: 1)

    /// What was left out, by reason.
    package private(set) var dropped: [DropReason: DocumentTally] = [:]

    /// A curator that has seen no document.
    package init(_ settings: CurationSettings, contamination: ContaminationIndex? = nil) {
        self.settings = settings
        self.contamination =
            contamination ?? ContaminationIndex(words: settings.contaminationWords)
        filters = TextFilters(settings)
    }

    /// Why the document is left out; nil if it is kept.
    package mutating func judge(_ document: Document) -> DropReason? {
        let reason = reason(against: document)
        if let reason { dropped[reason, default: DocumentTally()].add(document) }
        return reason
    }

    private mutating func reason(against document: Document) -> DropReason? {
        guard settings.isSampled(document) else { return .notSampled }
        if let reason = filters.reason(against: document.bytes) { return reason }
        if isRepeated(document.bytes) { return .duplicate }
        if contamination.isContaminated(document.bytes) { return .contaminated }
        return isNearlyRepeated(document.bytes) ? .nearDuplicate : nil
    }

    private mutating func isRepeated(_ text: [UInt8]) -> Bool {
        if settings.duplicates.contains(.exact), !Self.insert(text, into: &texts) { return true }
        guard settings.duplicates.contains(.words) else { return false }
        var words: [UInt8] = []
        Words.forEach(in: text) { word in
            words += text[word].map(Words.smallLetter)
            words.append(0x20)
            return true
        }
        return !Self.insert(words.isEmpty ? text : words, into: &wordings)
    }

    /// Adds the first 128 bits of the SHA-256 of `bytes`; false if they were there.
    private static func insert(_ bytes: [UInt8], into set: inout FingerprintSet) -> Bool {
        let digest = Digest(hashing: bytes).bytes
        func word(_ start: Int) -> UInt64 {
            digest[start..<start + 8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        }
        return set.insert(word(0), word(8))
    }

    /// Only what is kept is remembered, so that nothing is lost of which nothing similar is kept.
    private mutating func isNearlyRepeated(_ text: [UInt8]) -> Bool {
        guard settings.duplicates.contains(.near) else { return false }
        let found = minHash.bands(of: text)
        if found.contains(where: { bands.contains($0) }) { return true }
        for band in found { _ = bands.insert(band) }
        return false
    }
}
