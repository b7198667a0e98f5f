import Encodings
package import Optimization

/// How a pseudo-gradient becomes the next checkpoint (`outer` in the run file).
package enum OuterSettings: Sendable, Equatable {
    /// A step along the pseudo-gradient.
    case sgd(rate: Float)
    /// The same with Nesterov momentum; a momentum of 0 is none.
    case nesterov(rate: Float, momentum: Float)
    /// AdamW at the schedule's rate, the pseudo-gradient's global norm clipped if so said.
    case adamW(AdamW.Settings, gradientClip: Float?)
    /// A step of the schedule's rate along the signs of the pseudo-gradient.
    case sign(weightDecay: Double)

    private static let names = ["sgd", "nesterov", "adamw", "sign"]

    init(_ section: JSONFields) throws(MalformedInput) {
        var fields = section
        switch try fields.choice("name", of: OuterSettings.names) {
        case "sgd": self = .sgd(rate: try fields.float("rate", in: 0...10))
        case "nesterov":
            self = .nesterov(
                rate: try fields.float("rate", in: 0...10),
                momentum: try fields.float("momentum", in: 0...0.999))
        case "adamw":
            self = .adamW(
                try AdamW.Settings(&fields, decay: "weight_decay"),
                gradientClip: try fields.optionalFloat("gradient_clip", in: 1e-6...1e6))
        default: self = .sign(weightDecay: try fields.number("weight_decay", in: 0...1))
        }
        try fields.finish()
    }
}
