extension Manifest {
    /// Where in the tar file of the bundle each member lies, and how many bytes the file has.
    ///
    /// Every byte of the file is determined by the members, so their places follow from the sizes.
    package func tarLayout() -> (members: [Range<Int>], size: Int) {
        var end = 0
        var members: [Range<Int>] = []
        for size in [UInt64(bytes.count)] + entries.map(\.size) {
            let start = end + TarHeader.blockSize
            members.append(start..<start + Int(size))
            end = start + Int(size) + TarHeader.padding(after: size)
        }
        return (Array(members.dropFirst()), end + 2 * TarHeader.blockSize)
    }
}
