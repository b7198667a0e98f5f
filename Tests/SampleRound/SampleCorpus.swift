package import Corpus
import Foundation
import Storage
package import Tokenization

/// A few dozen sequences of real text, packed as `nous-shard pack` does.
package enum SampleCorpus {
    /// Tokens predicted in one sequence.
    package static let sequenceLength = 8

    /// A tokenizer of 280 tokens, trained on the text.
    package static let tokenizer: Tokenizer = {
        var trainer = BytePairTrainer()
        for verse in sampleVerses { trainer.add(Array(verse.utf8)) }
        return trainer.train(vocabularySize: 280)
    }()

    /// The packed text.
    package static let corpus: TokenizedCorpus = pack(heldOutSeed: 1)

    /// The text in rows of whole verses that do not see each other.
    package static let verses: TokenizedCorpus = pack(
        heldOutSeed: 1, sequenceLength: 96, packing: .bestFit, resetsAttention: true)

    /// Packs the text into `directory` as it is, or in rows of whole verses.
    package static func write(to directory: String, inVerses: Bool) {
        if inVerses {
            write(to: directory, heldOutSeed: 1, sequenceLength: 96, .bestFit, true)
        } else {
            write(
                to: directory, heldOutSeed: 1, sequenceLength: sequenceLength, .concatenate, false)
        }
    }

    /// The packed text with other verses held out, in sequences of another length, or packed in
    /// another way.
    package static func pack(
        heldOutSeed: UInt64, sequenceLength: Int = SampleCorpus.sequenceLength,
        packing: PackingPolicy = .concatenate, resetsAttention: Bool = false
    ) -> TokenizedCorpus {
        let directory = FileManager.default.temporaryDirectory
            .appending(path: "nous-sample-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        write(
            to: directory, heldOutSeed: heldOutSeed, sequenceLength: sequenceLength, packing,
            resetsAttention)
        do {
            return try TokenizedCorpus.read(directory)
        } catch {
            preconditionFailure("the sample text is read: \(error)")
        }
    }

    private static func write(
        to directory: String, heldOutSeed: UInt64, sequenceLength: Int, _ packing: PackingPolicy,
        _ resetsAttention: Bool
    ) {
        do {
            let file = tokenizer.tokenizerJSON()
            let settings = PackSettings(
                sequenceLength: sequenceLength,
                heldOut: HeldOutRule(partsPerMillion: 200_000, seed: heldOutSeed), shardRows: 16,
                packing: packing, resetsAttention: resetsAttention)
            var packer = try CorpusPacker(
                tokenizer: tokenizer, digest: Digest(hashing: file), settings: settings)
            let writer = try CorpusWriter(creating: directory)
            var counts = IngestionCounts()
            for (number, verse) in sampleVerses.enumerated() {
                let document = Document(source: "genesis-1.\(number + 1)", bytes: Array(verse.utf8))
                try packer.add(document) { try writer.write($0) }
                counts.documents += 1
            }
            let summary = try packer.finish(input: counts) { try writer.write($0) }
            try writer.commit(summary, tokenizer: file)
        } catch {
            preconditionFailure("the sample text packs: \(error)")
        }
    }
}
