import ArgumentParser
import CommandLineTool
import Corpus
import Encodings
import RunFiles
import Storage

/// Raw text from several sources, and what is kept of it.
struct CuratedInput: ParsableArguments {
    @OptionGroup var text: TextInput

    @Option(
        help: ArgumentHelp(
            "Read what this YAML file lists, source by source or mixed by weight.",
            valueName: "file"))
    var sources: String?

    @OptionGroup var curation: CurationOptions

    @Option(
        help: ArgumentHelp(
            "Write what was kept and left out, a JSON record a line.", valueName: "file"))
    var report: String?

    @Option(
        help: ArgumentHelp("Write a JSON record for each document left out.", valueName: "file"))
    var dropped: String?

    /// Whether standard input is read for any purpose.
    var readsStandardInput: Bool { sources == "-" || sources == nil && text.readsStandardInput }

    func validate() throws {
        guard sources == nil || text.operands.isEmpty && text.filesFrom == nil else {
            throw ValidationError("--sources takes the place of operands and --files-from")
        }
        try Operand.expectWritable(report)
        try Operand.expectWritable(dropped)
    }

    /// The documents that are kept, still to be drawn.
    func documents(seed: UInt64) throws -> CuratedDocuments {
        let contamination = try curation.contamination(text.settings)
        return CuratedDocuments(
            settings: curation.settings(seed: seed), sources: try list(),
            contamination: contamination, ledger: try dropped.map { try DropLedger(creating: $0) })
    }

    private func list() throws -> [DocumentSource] {
        guard let sources else {
            return [DocumentSource(operands: try text.inputs(), settings: text.settings)]
        }
        let bytes = try Operand.read(sources, limit: YAML.sizeLimit)
        do {
            return try SourceList.sources(YAML.parse(bytes), settings: text.settings)
        } catch {
            throw error.within(Operand.name(sources))
        }
    }

    /// Tells programs and people what became of the input, once the corpus is there.
    func finish(_ documents: CuratedDocuments, _ summary: CorpusSummary, quiet: Bool) throws {
        let report = documents.report(summary)
        if let path = self.report {
            var lines: [UInt8] = []
            for record in report.records { lines += record.orderedLine }
            try Operand.write(lines, to: path)
        }
        try documents.ledger?.commit()
        guard !quiet else { return }
        guard self.report != nil || !summary.input.dropped.isEmpty else {
            if let warning = report.contaminationWarning {
                Terminal.report("nous-shard: warning: \(warning)")
            }
            return
        }
        for line in report.lines { Terminal.report("nous-shard: \(line)") }
    }
}

/// Documents that are drawn from their sources and judged, one after another.
struct CuratedDocuments {
    private let settings: CurationSettings
    private let contamination: ContaminationIndex?
    private var mixture: DocumentMixture
    private var curator: Curator

    /// Where documents are listed that are left out.
    let ledger: DropLedger?

    init(
        settings: CurationSettings, sources: [DocumentSource],
        contamination: ContaminationIndex?, ledger: DropLedger?
    ) {
        self.settings = settings
        self.contamination = contamination
        self.ledger = ledger
        mixture = DocumentMixture(sources)
        curator = Curator(settings, contamination: contamination)
    }

    /// Hands all documents that are kept to `handle`; a signal that is pending ends the work.
    mutating func forEach(
        quiet: Bool, stoppingAt signals: StopSignals, _ handle: (Document) throws -> Void
    ) throws {
        var progress = Progress(quiet: quiet)
        var bytes = 0
        while let document = try next(stoppingAt: signals) {
            try handle(document)
            bytes += document.bytes.count
            progress.update("reading, MB", done: bytes >> 20, of: bytes >> 20)
        }
        progress.finish()
    }

    private mutating func next(stoppingAt signals: StopSignals) throws -> Document? {
        try mixture.next { document in
            if let signal = signals.pending() {
                throw Failure(.tryAgain, "stopped by \(signal)", hint: "run the same command again")
            }
            guard let reason = curator.judge(document) else { return true }
            try ledger?.add(document, reason)
            return false
        }
    }

    /// What was read, kept and left out.
    var counts: IngestionCounts {
        var counts = IngestionCounts()
        for lane in mixture.lanes {
            counts.add(lane.counts)
            counts.documents += lane.kept.documents - lane.counts.documents
            counts.bytes += lane.kept.bytes - lane.counts.bytes
        }
        counts.dropped = curator.dropped
        return counts
    }

    /// A report on the corpus made of these documents.
    func report(_ summary: CorpusSummary) -> CurationReport {
        CurationReport(
            settings: settings, mixture: mixture, contamination: contamination, summary: summary)
    }
}

/// The list of documents that are left out, a JSON record a line.
final class DropLedger {
    private var file: AtomicFile?
    private var waiting: [UInt8] = []

    /// Starts the file at `path`.
    init(creating path: String) throws {
        file = try AtomicFile(creating: path)
    }

    /// Adds a document.
    func add(_ document: Document, _ reason: DropReason) throws {
        let record: JSON = [
            "bytes": .integer(Int64(document.bytes.count)), "reason": .string(reason.rawValue),
            "sha256": Digest(hashing: document.bytes).json, "source": .string(document.source),
        ]
        waiting += record.canonicalBytes() + [0x0A]
        if waiting.count >= 1 << 16 { try flush() }
    }

    /// Gives the file its name.
    func commit() throws {
        try flush()
        if let file = file.take() { try file.commit() }
    }

    private func flush() throws {
        try file?.write(waiting)
        waiting.removeAll(keepingCapacity: true)
    }
}
