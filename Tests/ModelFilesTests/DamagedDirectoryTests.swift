import Artifacts
import Encodings
import Foundation
import Glibc
import ModelFiles
import TestFiles
import Testing

/// Every way in which a directory can break the rules, and the line that says so.
@Suite("Damaged model directories") struct DamagedDirectoryTests {
    let directory: TemporaryDirectory
    let model: SampleModel

    init() throws {
        directory = try TemporaryDirectory()
        model = try SampleModel(tied: false)
    }

    /// The line with which the directory is refused.
    private func refusal() -> String? {
        do {
            _ = try ModelDirectory(path: directory.path).parameters()
            return nil
        } catch {
            return "\(error)".replacing(directory.path, with: "DIR")
        }
    }

    @Test("a named pipe is refused at once, where reading it would wait for ever")
    func namedPipes() throws {
        for name in ["config.json", "model.safetensors"] {
            try model.write(to: directory.path)
            let path = directory.file(name)
            try FileManager.default.removeItem(atPath: path)
            let made = unsafe mkfifo(path, 0o600)
            #expect(made == 0)
            #expect(refusal() == "DIR/\(name): expected an ordinary file")
            try FileManager.default.removeItem(atPath: path)
        }
    }

    @Test("a tensor missing, unknown, of another shape or type is refused by name")
    func tensors() throws {
        let norm = "model.norm.weight"
        let cases: [(SafetensorsWriter.Tensor?, String)] = [
            (nil, "missing tensor 'model.norm.weight'"),
            (
                model.tensor(norm, [33], [Float](repeating: 1, count: 33)),
                "tensor 'model.norm.weight': expected shape [32], found [33]"
            ),
            (
                model.tensor(norm, [1, 32], [Float](repeating: 1, count: 32)),
                "tensor 'model.norm.weight': expected shape [32], found [1, 32]"
            ),
            (
                (norm, .f64, [32], [UInt8](repeating: 0, count: 256)),
                "tensor 'model.norm.weight': expected dtype F32, BF16 or F16, found F64"
            ),
            (
                (norm, .u8, [32], [UInt8](repeating: 0, count: 32)),
                "tensor 'model.norm.weight': expected dtype F32, BF16 or F16, found U8"
            ),
        ]
        for (tensor, line) in cases {
            var tensors = model.tensors
            tensors[norm] = tensor
            try model.write(to: directory.path, tensors: tensors)
            #expect(refusal() == "DIR/model.safetensors: \(line)")
        }
        var tensors = model.tensors
        tensors["model.norm.bias"] = model.tensor("model.norm.bias", [1], [1])
        try model.write(to: directory.path, tensors: tensors)
        #expect(
            refusal() == "DIR/model.safetensors: tensor 'model.norm.bias': the model of"
                + " config.json has no such tensor")
    }

    @Test("numbers that are not finite are refused", arguments: FloatFormat.allCases)
    func notFinite(format: FloatFormat) throws {
        var model = self.model
        model.format = format
        for number in [Float.nan, .infinity, -.infinity] {
            var tensors = model.tensors
            var numbers = [Float](repeating: 1, count: 32)
            numbers[31] = number
            tensors["model.norm.weight"] = model.tensor("model.norm.weight", [32], numbers)
            try model.write(to: directory.path, tensors: tensors)
            #expect(
                refusal()
                    == "DIR/model.safetensors: tensor 'model.norm.weight': expected finite numbers"
            )
        }
    }

    @Test("a file that is cut short, or whose header is too long, is refused")
    func files() throws {
        try model.write(to: directory.path)
        let url = URL(filePath: directory.file("model.safetensors"))
        let whole = try Data(contentsOf: url)
        for count in [0, 7, 8, 500, whole.count / 2, whole.count - 1] {
            try whole.prefix(count).write(to: url)
            #expect(refusal()?.hasPrefix("DIR/model.safetensors: ") == true, "\(count) bytes")
        }
        try Data(LittleEndian.bytes(of: UInt64(16 << 20 + 1)) + [UInt8](whole)).write(to: url)
        #expect(
            refusal() == "DIR/model.safetensors: expected a header of at most 16777216 bytes,"
                + " found 16777217")
    }

    @Test("files that are missing are named")
    func missingFiles() throws {
        let names = ["config.json", "model.safetensors"]
        for name in names {
            try model.write(to: directory.path)
            try FileManager.default.removeItem(atPath: directory.file(name))
            #expect(refusal() == "cannot open 'DIR/\(name)': No such file or directory")
        }
        try model.writeShards(to: directory.path)
        let shard = "model-00002-of-00002.safetensors"
        try FileManager.default.removeItem(atPath: directory.file(shard))
        #expect(refusal() == "cannot open 'DIR/\(shard)': No such file or directory")
    }

    @Test("one file and an index together are refused")
    func both() throws {
        try model.writeShards(to: directory.path)
        try model.write(to: directory.path)
        #expect(
            refusal()
                == "DIR: expected model.safetensors or model.safetensors.index.json, found both")
    }

    @Test("an index and its files must name the same tensors")
    func disagreement() throws {
        let first = "model-00001-of-00002.safetensors"
        let second = "model-00002-of-00002.safetensors"
        let norm = "\"model.norm.weight\": \"\(first)\""
        try replaceInIndex(norm, by: norm.replacing("00001-of", with: "00002-of"))
        #expect(
            refusal() == "DIR/\(first): tensor 'model.norm.weight': expected what"
                + " model.safetensors.index.json lists for this file, found another tensor")
        try replaceInIndex(norm, by: "\(norm), \"model.more\": \"\(second)\"")
        #expect(refusal() == "DIR/\(second): missing tensor 'model.more'")
        try replaceInIndex(norm, by: "\(norm), \"model.norm.weight\": \"\(second)\"")
        #expect(refusal()?.contains("expected distinct keys, found \"model.norm.weight\"") == true)
        try replaceInIndex("\"metadata\"", by: "\"more\": 1, \"metadata\"")
        #expect(
            refusal() == "DIR/model.safetensors.index.json: index: unknown field 'more'")
    }

    @Test(
        "an index may name nothing outside the directory",
        arguments: [
            "../model.safetensors", "/etc/x.safetensors", "a/b.safetensors", ".x.safetensors",
            "..", "model.bin", "a\\u0000.safetensors", "é.safetensors", "",
        ])
    func paths(name: String) throws {
        let norm = "\"model.norm.weight\": \""
        try replaceInIndex("\(norm)model-00001-of-00002.safetensors\"", by: "\(norm)\(name)\"")
        let line = refusal() ?? "accepted"
        #expect(
            line.hasPrefix(
                "DIR/model.safetensors.index.json: tensor \"model.norm.weight\": expected the name"
                    + " of a .safetensors file in the directory, found "))
    }

    @Test("an index names at most 256 files")
    func manyFiles() throws {
        let map = (0...256).map { "\"t\($0)\": \"\($0).safetensors\"" }.joined(separator: ",")
        try model.writeShards(to: directory.path)
        try Data("{\"weight_map\": {\(map)}}".utf8)
            .write(to: URL(filePath: directory.file("model.safetensors.index.json")))
        #expect(
            refusal()
                == "DIR/model.safetensors.index.json: expected at most 256 files, found 257")
    }

    @Test(
        "files larger than their limits are refused",
        arguments: [
            ("config.json", 1 << 20), ("generation_config.json", 1 << 16),
            ("model.safetensors.index.json", 32 << 20),
        ])
    func limits(name: String, limit: Int) throws {
        try model.writeShards(to: directory.path)
        try Data(repeating: 0x20, count: limit + 1)
            .write(to: URL(filePath: directory.file(name)))
        #expect(refusal() == "DIR/\(name): expected at most \(limit) bytes, found more")
    }

    @Test("a pipe is not waited for")
    func pipe() throws {
        try model.write(to: directory.path)
        try FileManager.default.removeItem(atPath: directory.file("model.safetensors"))
        #expect(unsafe mkfifo(directory.file("model.safetensors"), 0o600) == 0)
        #expect(refusal() == "DIR/model.safetensors: expected an ordinary file")
    }

    /// Writes the sharded model with a changed index.
    private func replaceInIndex(_ old: String, by new: String) throws {
        try model.writeShards(to: directory.path)
        let path = directory.file("model.safetensors.index.json")
        let text = try SampleModel.text(path)
        try #require(text.contains(old))
        try Data(text.replacing(old, with: new).utf8).write(to: URL(filePath: path))
    }
}
