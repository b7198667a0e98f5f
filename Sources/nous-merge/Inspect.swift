import ArgumentParser
import Artifacts
import CommandLineTool
import Encodings
import LanguageModel
import Rounds
import RunFiles
import UpdateCodec

/// Says what the bits of a contribution's update are spent on.
struct Inspect: Tool {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Print what a contribution's update costs, tensor by tensor.",
        discussion: """
            Of every tensor: elements sent, bits of an index and the least that equally likely \
            places need (log2 of the number of choices, divided by the number sent), bits of a \
            value with its share of the chunk's scale, and bits of the file a parameter. With \
            --json, one record a tensor and one of the whole update.

            Example:
              nous-merge inspect --run run.yaml anna.contribution
              nous-merge inspect --run run.yaml --json anna.contribution |
                tail -n 1 | jq .bytes
            """)

    @Option(
        name: .customLong("run"),
        help: ArgumentHelp("The run file; - is standard input.", valueName: "run.yaml"))
    var runFile: String

    @Flag(help: "Print JSON records.")
    var json = false

    @Argument(help: ArgumentHelp("A contribution; - is standard input.", valueName: "contribution"))
    var operand: String

    func validate() throws { try Operand.expectOneStream([runFile, operand]) }

    func run() throws {
        let configuration = try RunFile.read(runFile)
        let layout = ParameterLayout(configuration.model)
        let artifact = try Operand.readArtifact(
            operand, expecting: .contribution, limits: ContributionFile.limits(layout))
        let contribution: Contribution
        do {
            contribution = try Contribution(
                artifact, layout: layout, codec: configuration.codec.codec)
        } catch {
            throw error.within(Operand.name(operand))
        }
        let report = UpdateReport(
            contribution.update, layout: layout, format: configuration.codec.codec)
        if json {
            for record in report.records {
                try Operand.print(record.orderedText)
            }
        } else {
            try Operand.print(table(report))
        }
    }

    private func table(_ report: UpdateReport) -> String {
        let rows = report.tensors.map { row($0.name, $0.measure) } + [row("total", report.total)]
        let heads = [
            "tensor", "elements", "sent", "bits/index", "bound", "bits/value", "bits/parameter",
        ]
        let lines = [heads] + rows
        let widths = heads.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { line in
            line.indices.map { column in
                let space = String(repeating: " ", count: widths[column] - line[column].count)
                return column == 0 ? line[column] + space : space + line[column]
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }

    private func row(_ name: String, _ measure: EncodingMeasure) -> [String] {
        func each(_ bits: Double) -> String {
            measure.sent == 0 ? "-" : Decimal.text(bits / Double(measure.sent), places: 3)
        }
        return [
            name, "\(measure.elements)", "\(measure.sent)", each(Double(measure.indexBits)),
            each(measure.indexBound), each(Double(measure.valueBits)),
            Decimal.text(measure.bitsPerElement, places: 4),
        ]
    }
}
