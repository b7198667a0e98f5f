import LanguageModel
import Numerics
import Testing

/// Rows of several documents, padding and what is not predicted.
@Suite struct DocumentTests {
    private static let vocabulary: UInt32 = 23
    private let example = Example.apart

    private func tokens(_ count: Int, stream: UInt32) -> [UInt32] {
        let random = CounterRandom(seed: 8, stream: stream)
        return (0..<count).map {
            UInt32(random.integer(below: UInt64(Self.vocabulary), at: UInt64($0)))
        }
    }

    /// A row of `length` tokens that holds `documents`, filled up with `padding`.
    private func row(
        _ documents: [[UInt32]], length: Int = 71, padding: UInt32 = 0, resets: Bool = true
    ) -> TokenSequence {
        let tokens = documents.flatMap { $0 }
        return TokenSequence(
            tokens + Array(repeating: padding, count: length - tokens.count),
            segments: documents.map(\.count), resetsAttention: resets)
    }

    private func gradients(
        _ rows: [TokenSequence], _ model: LanguageModel
    ) -> (losses: [Float], gradient: [Float]) {
        let gradient = FloatStorage(count: model.layout.count)
        let predicted = rows.reduce(0) { $0 + $1.predictedCount }
        let losses = model.accumulateGradients(
            of: rows, into: gradient, lossScale: 1 / Float(predicted), microBatch: 2)
        return (losses, gradient.view.array)
    }

    @Test("a document's losses are the same alone and with others, wherever it stands")
    func alone() {
        let model = example.model()
        let document = tokens(29, stream: 1)
        let expected = model.losses(of: [document]).map(\.bitPattern)
        for before in [0, 1, 2, 16, 17, 41] {
            let others = before == 0 ? [] : [tokens(before, stream: 2)]
            for after in [0, 1, 71 - 29 - before] where before + 29 + after <= 71 {
                let rest = after == 0 ? [] : [tokens(after, stream: 3)]
                let losses = model.losses(of: [row(others + [document] + rest)])
                let own = losses.dropFirst(max(0, before - 1)).prefix(28)
                #expect(own.map(\.bitPattern) == expected, "\(before) before, \(after) after")
            }
        }
    }

    @Test("without a reset a document sees those before it")
    func together() {
        let model = example.model()
        let documents = [tokens(30, stream: 2), tokens(29, stream: 1)]
        let apart = model.losses(of: [row(documents)])
        let together = model.losses(of: [row(documents, resets: false)])
        #expect(apart.count == 57 && together.count == 57)
        #expect(apart[..<29] == together[..<29])
        #expect(zip(apart, together).dropFirst(29).allSatisfy { $0 != $1 })
        let text = model.losses(of: [documents[0] + documents[1]])
        #expect(together == Array(text[..<29] + text[30...]))
    }

    @Test("padding changes neither losses nor gradients", arguments: [true, false])
    func padding(resets: Bool) {
        let model = example.model()
        let documents = [tokens(20, stream: 1), tokens(31, stream: 2)]
        let expected = gradients([row(documents, length: 51, resets: resets)], model)
        #expect(expected.gradient.contains { $0 != 0 })
        for padding: UInt32 in [0, 5] {
            let found = gradients([row(documents, padding: padding, resets: resets)], model)
            #expect(found.losses == expected.losses)
            // Zeros may differ in sign.
            #expect(found.gradient == expected.gradient)
        }
    }

    @Test("first tokens of documents have no gradient as targets")
    func firstTokens() {
        let model = example.model()
        var documents = [tokens(20, stream: 1), tokens(31, stream: 2)]
        let rows = { row(documents, length: 51) }
        let head = { (result: (losses: [Float], gradient: [Float])) in
            result.gradient.suffix(Int(Self.vocabulary) * example.configuration.hiddenSize)
        }
        // A document of one token is read, but not predicted, and its losses are nobody's.
        let expected = gradients([rows()], model)
        documents.insert([7], at: 1)
        let found = gradients([row(documents, length: 52)], model)
        #expect(found.losses == expected.losses)
        #expect(Array(head(found)) == Array(head(expected)))
        #expect(found.gradient == expected.gradient)
    }

    @Test("a row of one document is a text, if nothing else is in it")
    func wholeRow() {
        let model = example.model()
        let text = tokens(71, stream: 4)
        let whole = gradients([TokenSequence(text)], model)
        for resets in [true, false] {
            #expect(Bits(gradients([row([text], resets: resets)], model)) == Bits(whole))
        }
    }

    @Test("memory kept from rows of documents leaves no trace in texts")
    func reuse() {
        let model = example.model()
        let text = TokenSequence(tokens(71, stream: 4))
        let expected = Bits(gradients([text], model))
        _ = gradients([row([tokens(20, stream: 1)])], model)
        #expect(Bits(gradients([text], model)) == expected)
        let logits = model.logits(of: Array(text.tokens.dropLast())).view.array
        _ = model.losses(of: [row([tokens(20, stream: 1)])])
        #expect(model.logits(of: Array(text.tokens.dropLast())).view.array == logits)
    }

    @Test("only tokens that go on with their document are predicted")
    func predictions() {
        let row = TokenSequence(
            [1, 2, 3, 4, 5, 6, 0], segments: [3, 1, 2], resetsAttention: true)
        #expect(row.predictions == [true, true, false, false, true, false])
        #expect(row.predictedCount == 3)
        #expect(row.attentionRuns == [0..<3, 3..<4, 4..<6])
        let short = TokenSequence([1, 2, 0, 0], segments: [2], resetsAttention: true)
        #expect(short.predictions == [true, false, false])
        #expect(short.attentionRuns == [0..<2, 2..<3])
        #expect(TokenSequence([1, 2, 3]).predictions == [true, true])
    }
}
