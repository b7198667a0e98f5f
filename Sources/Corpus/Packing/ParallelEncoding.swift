internal import Glibc
internal import Numerics
package import Tokenization

/// Encodes documents on several threads and hands them on in the order in which they came.
///
/// Long documents are cut where it makes no difference (`Tokenizer.parts`), so that one document
/// keeps all threads busy. At most some 8 MiB of text wait, two parts a thread if that is more, or
/// one document. The calling thread encodes too whenever it would have to wait.
package final class ParallelEncoding {
    /// What takes a document with its tokens.
    package typealias Handler = (_ document: Document, _ tokens: [UInt32]) throws -> Void

    private static let partBytes = 1 << 20
    private static let shortestBacklog = 1 << 23

    private let tokenizer: Tokenizer
    private var encoder: TextEncoder
    private let queue = EncodingQueue()
    private var workers: [pthread_t] = []
    /// The tokens of the parts of a document that have come back.
    private var tokens: [UInt32] = []

    /// Starts `threads − 1` threads.
    package init(_ tokenizer: Tokenizer, threads: Int) {
        precondition(threads >= 1, "\(threads) threads")
        self.tokenizer = tokenizer
        encoder = tokenizer.makeEncoder()
        workers = (1..<max(threads, 1)).compactMap { [queue] _ in
            startThread {
                var encoder = tokenizer.makeEncoder()
                while let part = queue.waitForPart() {
                    Self.encode(part, &encoder)
                    queue.finished(part)
                }
            }
        }
    }

    deinit {
        queue.stop()
        for worker in workers { pthread_join(worker, nil) }
    }

    /// Adds a document and hands on those that are ready.
    package func add(_ document: Document, handle: Handler) throws {
        for range in tokenizer.parts(of: document.bytes.span, length: Self.partBytes) {
            queue.append(EncodingPart(document, range))
        }
        let backlog = max(Self.shortestBacklog, 2 * (workers.count + 1) * Self.partBytes)
        try handOn(backlog: workers.isEmpty ? 0 : backlog, handle)
    }

    /// Hands on all that is left.
    package func finish(handle: Handler) throws {
        try handOn(backlog: 0, handle)
    }

    private func handOn(backlog: Int, _ handle: Handler) throws {
        while let step = queue.step(backlog: backlog) {
            switch step {
            case .encode(let part):
                Self.encode(part, &encoder)
                queue.finished(part)
            case .handOn(let part):
                if tokens.isEmpty { tokens = part.tokens } else { tokens += part.tokens }
                guard part.isLast else { continue }
                let whole = tokens
                tokens = []
                try handle(part.document, whole)
            }
        }
    }

    private static func encode(_ part: EncodingPart, _ encoder: inout TextEncoder) {
        let (text, range) = (part.document.bytes, part.range)
        encoder.encode(text.span.extracting(range), into: &part.tokens)
    }
}
