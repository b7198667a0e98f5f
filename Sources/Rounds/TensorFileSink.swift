import Artifacts
package import Encodings
package import LanguageModel
package import Numerics
import Synchronization

/// Reads a safetensors file of flat buffers as its bytes arrive, in the memory of the buffers.
///
/// It takes exactly the layout's tensors under each prefix, all of finite floats.
package final class TensorFileSink: MemberSink {
    private let path: String
    private let state: Mutex<State>

    /// A sink of the file `path` of `size` bytes, which makes a buffer for each prefix.
    package convenience init(
        _ path: String, size: Int, prefixes: [String], layout: ParameterLayout
    ) {
        self.init(path, size: size, prefixes: prefixes, layout: layout) {
            prefixes.map { _ in .float32(FloatStorage(count: layout.count)) }
        }
    }

    /// A sink that reads into buffers that are there already; a file that is refused may have
    /// changed them.
    ///
    /// Without `writing` it only checks that they could hold the file.
    package convenience init(
        _ path: String, size: Int, into buffers: [(prefix: String, values: WeightStorage)],
        layout: ParameterLayout, writing: Bool
    ) {
        let (prefixes, values) = (buffers.map(\.prefix), buffers.map(\.values))
        self.init(path, size: size, prefixes: prefixes, layout: layout, writing: writing) { values }
    }

    private init(
        _ path: String, size: Int, prefixes: [String], layout: ParameterLayout,
        writing: Bool = true, makeBuffers: @escaping @Sendable () -> [WeightStorage]
    ) {
        self.path = path
        state = Mutex(
            State(
                size: size, prefixes: prefixes, layout: layout, writes: writing,
                makeBuffers: makeBuffers))
    }

    package func take(_ bytes: [UInt8]) {
        state.withLock { state in
            guard state.failure == nil else { return }
            do throws(MalformedInput) {
                try state.take(bytes)
            } catch {
                state.failure = error
            }
        }
    }

    /// The buffers, one a prefix, once the whole file has been taken.
    package func buffers() throws(MalformedInput) -> [WeightStorage] {
        let (failure, buffers) = state.withLock { ($0.failure ?? $0.shortage, $0.buffers) }
        if let failure { throw failure.within(path) }
        return buffers
    }
}

/// What has been read of the file.
private struct State {
    private let size: Int
    private let prefixes: [String]
    private let layout: ParameterLayout
    private let writes: Bool
    private let makeBuffers: @Sendable () -> [WeightStorage]
    /// The first thing that was wrong.
    var failure: MalformedInput?
    /// The buffers, once the header has been read.
    private(set) var buffers: [WeightStorage] = []
    /// Bytes that are no whole header, or no whole float, yet.
    private var pending: [UInt8] = []
    /// The tensors left, the next one last.
    private var tensors: [(name: String, rest: WeightView)] = []
    private var hasHeader = false

    init(
        size: Int, prefixes: [String], layout: ParameterLayout, writes: Bool,
        makeBuffers: @escaping @Sendable () -> [WeightStorage]
    ) {
        self.writes = writes
        self.size = size
        self.prefixes = prefixes
        self.layout = layout
        self.makeBuffers = makeBuffers
    }

    /// What is wrong with a file that ends here.
    var shortage: MalformedInput? {
        guard !hasHeader else { return nil }
        do throws(MalformedInput) {
            _ = try SafetensorsHeader.end(pending.prefix(8), fileSize: pending.count)
            return nil
        } catch {
            return error
        }
    }

    mutating func take(_ bytes: [UInt8]) throws(MalformedInput) {
        var rest = bytes[...]
        if !hasHeader || !pending.isEmpty {
            pending += bytes
            rest = pending[...]
            pending = []
        }
        if !hasHeader {
            guard rest.count >= 8 else { return pending = Array(rest) }
            let end = try SafetensorsHeader.end(rest.prefix(8), fileSize: size)
            guard rest.count >= end else { return pending = Array(rest) }
            try begin(SafetensorsHeader(parsing: rest.prefix(end), fileSize: size))
            rest = rest.dropFirst(end)
        }
        while rest.count >= 4, let tensor = tensors.popLast() {
            rest = try fill(tensor.name, tensor.rest, from: rest)
        }
        pending = Array(rest)
    }

    /// Checks that the file has the layout's tensors and makes ready for their floats.
    private mutating func begin(_ header: SafetensorsHeader) throws(MalformedInput) {
        let expected = prefixes.count * layout.tensors.count
        guard header.tensors.count == expected else {
            throw MalformedInput("expected \(expected) tensors, found \(header.tensors.count)")
        }
        var places: [(tensor: SafetensorsTensor, buffer: Int, range: Range<Int>)] = []
        for (number, prefix) in prefixes.enumerated() {
            for ours in layout.tensors {
                let tensor = try header.tensor(named: prefix + ours.name)
                try tensor.check(.f32, shape: ours.shape)
                places.append((tensor, number, ours.range))
            }
        }
        hasHeader = true
        buffers = makeBuffers()
        places.sort { $0.tensor.range.lowerBound > $1.tensor.range.lowerBound }
        tensors = places.map { ($0.tensor.name, buffers[$0.buffer].view[$0.range]) }
    }

    /// Few enough floats to stay in a processor's cache from one check to the next.
    private static let mostAtOnce = 1 << 14

    /// Sets the next weights of a tensor; what is left of it waits for its turn.
    private mutating func fill(
        _ name: String, _ view: WeightView, from bytes: ArraySlice<UInt8>
    ) throws(MalformedInput) -> ArraySlice<UInt8> {
        let count = min(view.count, bytes.count / 4, State.mostAtOnce)
        let floats = LittleEndian.floats(from: bytes.prefix(4 * count))
        guard floats.allSatisfy(\.isFinite) else {
            throw MalformedInput("tensor '\(name)': expected finite numbers")
        }
        guard view.canHold(floats) else {
            throw MalformedInput("tensor '\(name)': expected bfloat16 numbers")
        }
        if writes { view[0..<count].set(to: floats) }
        if count < view.count { tensors.append((name, view[count..<view.count])) }
        return bytes.dropFirst(4 * count)
    }
}
