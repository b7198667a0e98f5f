/// Takes the bytes of one member as they are read, so that a large one is never in memory as a
/// whole.
///
/// Digests are checked when a member has ended: until the artifact has been read, the bytes may be
/// anything, and a sink that objects to them keeps that to itself.
package protocol MemberSink: AnyObject, Sendable {
    /// Takes the next bytes of the member.
    func take(_ bytes: [UInt8])
}

/// Which members of an artifact go to sinks instead of memory.
package struct MemberSinks: Sendable {
    /// The members read so far, by path.
    package typealias Earlier = (_ path: String) -> [UInt8]?

    private let choose:
        @Sendable (_ path: String, _ size: Int, _ earlier: Earlier) -> (any MemberSink)?

    /// All members go to memory.
    package static let none = MemberSinks { _, _, _ in nil }

    /// No member is kept: digests are checked, nothing else.
    package static let checking = MemberSinks { _, _, _ in Nowhere() }

    /// The member at `path` goes to memory, if it has at most `limit` bytes; of all others digests
    /// are checked, nothing else.
    package static func keeping(_ path: String, limit: Int) -> MemberSinks {
        MemberSinks { other, size, _ in other == path && size <= limit ? nil : Nowhere() }
    }

    private final class Nowhere: MemberSink {
        func take(_ bytes: [UInt8]) {}
    }

    /// `choose` gives the sink of a member from its path, its size and the members before it.
    package init(
        _ choose:
            @escaping @Sendable (_ path: String, _ size: Int, _ earlier: Earlier) ->
            (any MemberSink)?
    ) {
        self.choose = choose
    }

    /// The sink of a member that is listed after `earlier`; nil if it goes to memory.
    func sink(of entry: ManifestEntry, after earlier: [MemberContents], in manifest: Manifest)
        -> (any MemberSink)?
    {
        choose(entry.path, Int(entry.size)) { path in
            let number = manifest.entries.firstIndex { $0.path == path }
            return number.flatMap { $0 < earlier.count ? earlier[$0].bytes : nil }
        }
    }
}
