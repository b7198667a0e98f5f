package import Encodings
import Storage

/// docs/formats/dispute.md.
extension FraudProof {
    /// The most bytes of a proof.
    package static let sizeLimit = 16 << 20

    private static let limits = JSONLimits(bytes: sizeLimit, depth: 4, values: 1 << 20)
    private static let openingLimit = 1 << 16

    /// Reads a proof; `check` tells whether it holds.
    package init(parsing bytes: [UInt8]) throws(MalformedInput) {
        var fields = try JSONFields(
            JSON(parsing: bytes, limits: FraudProof.limits), of: "fraud proof")
        try fields.constant("type", "fraud-proof v1")
        let record = try fields.value("statement")
        let number = Int(try fields.integer("operator", in: 0...Int64(TraceLimits.operators)))
        let row = Int(try fields.integer("row", in: 0...TraceLimits.sides))
        let column = Int(try fields.integer("column", in: 0...TraceLimits.sides))
        let correct = try fields.words("correct", count: 1...1)[0]
        var operators: [Int: Opening] = [:]
        for opening in try fields.array("operators", limit: FraudProof.openingLimit) {
            var fields = try JSONFields(opening, of: "operators")
            let index = Int(try fields.integer("number", in: 0...Int64(TraceLimits.operators)))
            let line = try fields.string("line", limit: CommittedOperator.lineLimit.bytes)
            operators[index] = Opening(
                step: try CommittedOperator(parsing: Array(line.utf8), index: index),
                path: try fields.path())
            try fields.finish()
        }
        var tiles: [TileKey: Tile] = [:]
        for tile in try fields.array("tiles", limit: FraudProof.openingLimit) {
            var fields = try JSONFields(tile, of: "tiles")
            let key = TileKey(
                number: Int(try fields.integer("operator", in: 0...Int64(TraceLimits.operators))),
                tile: Int(try fields.integer("tile", in: 0...TraceLimits.sides)))
            tiles[key] = Tile(
                elements: try fields.words("elements", count: 1...ValueTree.tileLength),
                path: try fields.path())
            try fields.finish()
        }
        try fields.finish()
        self.init(
            record: record, operators: operators, tiles: tiles, number: number, row: row,
            column: column, correct: correct)
        guard self.bytes == bytes else {
            throw MalformedInput("expected the canonical form", in: "fraud proof")
        }
    }

    /// The proof as one line of JSON: its one form.
    package var bytes: [UInt8] {
        let path = { (path: [Digest]) in JSON.array(path.map(\.json)) }
        let words = { (elements: [Float]) in
            JSON.string(Base64.encode(LittleEndian.bytes(of: elements)))
        }
        let openings = operators.sorted { $0.key < $1.key }.map { index, opening -> JSON in
            [
                "number": .integer(Int64(index)),
                "line": .string(String(decoding: opening.step.line, as: UTF8.self)),
                "path": path(opening.path),
            ]
        }
        let sorted = tiles.sorted {
            ($0.key.number, $0.key.tile) < ($1.key.number, $1.key.tile)
        }
        let tiles = sorted.map { key, tile -> JSON in
            [
                "operator": .integer(Int64(key.number)), "tile": .integer(Int64(key.tile)),
                "elements": words(tile.elements), "path": path(tile.path),
            ]
        }
        let json: JSON = [
            "type": "fraud-proof v1", "statement": record, "operator": .integer(Int64(number)),
            "row": .integer(Int64(row)), "column": .integer(Int64(column)),
            "correct": words([correct]), "operators": .array(openings), "tiles": .array(tiles),
        ]
        return json.orderedLine
    }
}

extension JSONFields {
    /// Floats as base64 of their little-endian words.
    fileprivate mutating func words(
        _ name: String, count: ClosedRange<Int>
    ) throws(MalformedInput) -> [Float] {
        try value(
            name, expected: "base64 of \(count.lowerBound) to \(count.upperBound) floats"
        ) { value -> [Float]? in
            guard let bytes = value.string.flatMap({ Base64.decode($0) }), bytes.count % 4 == 0,
                count.contains(bytes.count / 4)
            else { return nil }
            return LittleEndian.floats(from: bytes[...])
        }
    }

    /// The hashes that lead from a leaf to a root.
    fileprivate mutating func path() throws(MalformedInput) -> [Digest] {
        var path: [Digest] = []
        for hash in try array("path", limit: 64) {
            guard let digest = hash.string.flatMap(Digest.init(hex:)) else {
                throw mismatch("path", expected: "digests", found: hash)
            }
            path.append(digest)
        }
        return path
    }
}
