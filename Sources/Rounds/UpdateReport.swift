package import Encodings
package import LanguageModel
package import UpdateCodec

/// What each tensor of an update costs (`nous-merge inspect`).
package struct UpdateReport: Sendable {
    /// How the update is compressed.
    package let format: UpdateFormat
    /// The measure of every tensor, in layout order.
    package let tensors: [(name: String, measure: EncodingMeasure)]

    /// The report of a checked update.
    package init(_ update: [EncodedTensor], layout: ParameterLayout, format: UpdateFormat) {
        self.format = format
        tensors = zip(layout.tensors, update).map { tensor, encoded in
            let codec = format.codec(of: tensor.shape)
            return (tensor.name, codec.measure(encoded, count: tensor.range.count))
        }
    }

    /// All tensors together.
    package var total: EncodingMeasure {
        tensors.reduce(EncodingMeasure()) { $0 + $1.measure }
    }

    /// One JSON record a tensor, then one of the total.
    package var records: [JSON] {
        tensors.map {
            record("tensor", [JSONMember(key: "name", value: .string($0.name))], $0.measure)
        }
            + [record("update", codecMembers, total)]
    }

    private var codecMembers: [JSONMember] {
        [
            JSONMember(key: "transform", value: .string(format.transform.rawValue)),
            JSONMember(key: "chunk", value: .integer(Int64(format.codec.chunk))),
            JSONMember(key: "keep", value: .integer(Int64(format.codec.keep))),
            JSONMember(key: "values", value: .string(format.codec.values.rawValue)),
        ]
    }

    private func record(
        _ type: String, _ members: [JSONMember], _ measure: EncodingMeasure
    ) -> JSON {
        .object(
            [JSONMember(key: "type", value: .string(type))] + members + [
                JSONMember(key: "elements", value: .integer(Int64(measure.elements))),
                JSONMember(key: "sent", value: .integer(Int64(measure.sent))),
                JSONMember(key: "index_bits", value: .integer(Int64(measure.indexBits))),
                JSONMember(
                    key: "index_bound",
                    value: .integer(Int64(measure.indexBound.rounded(.up)))),
                JSONMember(key: "value_bits", value: .integer(Int64(measure.valueBits))),
                JSONMember(key: "bytes", value: .integer(Int64(measure.bytes))),
            ])
    }
}
