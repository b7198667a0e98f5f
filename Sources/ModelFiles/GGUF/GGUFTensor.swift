import Encodings
import LanguageModel
import Numerics

/// A tensor of a GGUF file and where its numbers come from.
struct GGUFTensor {
    /// Its name in the file.
    let name: String
    /// Its shape as ours, slowest dimension first.
    let shape: [Int]
    /// How the file keeps it.
    let format: GGUFFormat
    /// The numbers, row after row.
    let values: FloatView
    /// The elements of a head if its rows must be exchanged, or nil.
    let headSize: Int?

    init(
        name: String, shape: [Int], format: GGUFFormat, values: FloatView, headSize: Int? = nil
    ) {
        let width = shape[shape.count - 1]
        self.name = name
        self.shape = shape
        self.format = format.adapted(toRank: shape.count, width: width)
        self.values = values
        self.headSize = headSize
    }

    /// The bytes of its numbers.
    var byteCount: Int { format.byteCount(values.count) }

    /// The numbers of a row: one for a vector.
    var width: Int { shape.count > 1 ? shape[shape.count - 1] : 1 }

    /// The rows of the file in `range`.
    ///
    /// llama.cpp rotates neighbours of a head of a `llama` model, where we and Hugging Face rotate
    /// elements half a head apart: row 2i + j of a head there is row j·D/2 + i here.
    func rows(_ range: Range<Int>) -> [Float] {
        guard let headSize else {
            return values[range.lowerBound * width..<range.upperBound * width].array
        }
        var floats: [Float] = []
        floats.reserveCapacity(range.count * width)
        for row in range {
            let (head, place) = row.quotientAndRemainder(dividingBy: headSize)
            let source = head * headSize + place % 2 * (headSize / 2) + place / 2
            floats += values[source * width..<(source + 1) * width].array
        }
        return floats
    }
}

extension GGUFTensor {
    /// The name llama.cpp gives to a tensor of ours, or nil if it has no such tensor.
    static func name(of tensor: String) -> String? {
        switch tensor {
        case "model.embed_tokens.weight": return "token_embd.weight"
        case "model.norm.weight": return "output_norm.weight"
        case "lm_head.weight": return "output.weight"
        default: break
        }
        let parts = tensor.split(separator: ".")
        guard parts.count > 4, parts[0] == "model", parts[1] == "layers" else { return nil }
        let module = parts[3..<parts.count - 1].joined(separator: ".")
        return layerNames[module].map { "blk.\(parts[2]).\($0).\(parts[parts.count - 1])" }
    }

    private static let layerNames = [
        "input_layernorm": "attn_norm",
        "self_attn.q_proj": "attn_q",
        "self_attn.k_proj": "attn_k",
        "self_attn.v_proj": "attn_v",
        "self_attn.o_proj": "attn_output",
        "post_attention_layernorm": "ffn_norm",
        "mlp.gate_proj": "ffn_gate",
        "mlp.up_proj": "ffn_up",
        "mlp.down_proj": "ffn_down",
    ]
}
