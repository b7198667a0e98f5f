import Artifacts
import Encodings
import Storage

extension ModelInventory {
    /// The files under `directory`, each read once as a stream; no link is followed.
    package static func read(
        directory: String, ignoring ignored: IgnoredPaths
    ) throws -> ModelInventory {
        var files: [ModelFile] = []
        var irregular: [String] = []
        var pending = [""]
        while let prefix = pending.popLast() {
            for name in try Files.list(Files.join(directory, prefix)) {
                let path = prefix.isEmpty ? name : "\(prefix)/\(name)"
                guard !ignored.covers(path) else { continue }
                switch try Files.kind(Files.join(directory, path), followingLinks: false) {
                case .directory: pending.append(path)
                case .regular: files.append(try file(path, in: directory))
                default: irregular.append(path)
                }
                guard files.count + irregular.count + pending.count <= maximumFileCount else {
                    throw MalformedInput(
                        "expected at most \(maximumFileCount) files, found more", in: directory)
                }
            }
        }
        return ModelInventory(files: files, irregular: irregular)
    }

    private static func file(_ path: String, in directory: String) throws -> ModelFile {
        guard ModelPath.isValid(path) else {
            throw MalformedInput(
                "expected a path of at most \(ModelPath.maximumLength) bytes,"
                    + " found \(path.utf8.count)", in: directory)
        }
        var source = try FileSource(
            ordinary: Files.join(directory, path), followingLinks: false)
        var digester = Digester()
        while true {
            let part = try source.read(upTo: 1 << 20)
            if part.isEmpty { break }
            digester.update(part)
        }
        return ModelFile(path: path, digest: digester.finalize())
    }

    /// The path under `directory` of `file`, which need not exist; none if it lies elsewhere.
    package static func path(of file: String, in directory: String) throws -> String? {
        let root = try Files.resolve(directory)
        let prefix = root == "/" ? root : root + "/"
        let names = file.utf8.split(separator: UInt8(ascii: "/"))
        let parent = try Files.resolve(Files.directory(of: file))
        guard let name = names.last.map({ String(Substring($0)) }) else { return nil }
        let path = Files.join(parent, name)
        guard path.utf8.starts(with: prefix.utf8) else { return nil }
        let inner = String(decoding: path.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
        return ModelPath.isValid(inner) ? inner : nil
    }
}
