import Encodings

/// Which file of a sharded model holds which tensor: `model.safetensors.index.json`.
struct ShardIndex {
    /// The largest index.
    static let sizeLimit = 32 << 20

    /// The most files.
    static let fileLimit = 256

    /// The tensors of each file.
    private(set) var tensors: [String: [String]] = [:]

    /// Reads an index; `metadata` is not looked at, since much that is published miscounts there.
    init(parsing bytes: [UInt8]) throws(MalformedInput) {
        let limits = JSONLimits(bytes: Self.sizeLimit, depth: 4)
        var fields = try JSONFields(JSON(parsing: bytes, limits: limits), of: "index")
        _ = fields.optionalValue("metadata")
        for member in try fields.object("weight_map") {
            guard let file = member.value.string, Self.isFileName(file) else {
                throw MalformedInput(
                    "tensor \(MalformedInput.quoted(member.key)): expected the name of a"
                        + " .safetensors file in the directory, found \(member.value.summary)")
            }
            tensors[file, default: []].append(member.key)
        }
        try fields.finish()
        guard tensors.count <= Self.fileLimit else {
            throw MalformedInput("expected at most \(Self.fileLimit) files, found \(tensors.count)")
        }
    }

    /// The files in the order of their names' bytes.
    var files: [String] { tensors.keys.sorted { $0.precedesByBytes($1) } }

    /// Whether `name` is a file in the directory itself: letters, digits, `.`, `_` and `-`.
    private static func isFileName(_ name: String) -> Bool {
        name.utf8.count <= 255 && name.hasSuffix(".safetensors") && !name.hasPrefix(".")
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
                    UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
