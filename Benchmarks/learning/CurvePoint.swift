import CommandLineTool
import Encodings

/// One point of a learning curve.
struct CurvePoint {
    /// Steps taken.
    let iteration: Int
    /// The mean loss of the steps since the point before, nats a character; none at the start.
    let trainingLoss: Double?
    /// The mean loss on the validation text.
    let validationLoss: Double
    /// Seconds of all steps so far, without evaluation.
    let seconds: Double

    init(_ iteration: Int, _ trainingLoss: Double?, _ validationLoss: Double, _ seconds: Double) {
        self.iteration = iteration
        self.trainingLoss = trainingLoss
        self.validationLoss = validationLoss
        self.seconds = seconds
    }

    /// Reads a point from a line of a curve file.
    init(_ json: JSON) throws(MalformedInput) {
        var fields = try JSONFields(json, of: "curve point")
        iteration = Int(try fields.integer("iteration", in: 0...1 << 40))
        trainingLoss = try fields.nullableValue("training_loss", expected: "a number") { $0.double }
        validationLoss = try fields.double("validation_loss")
        seconds = try fields.double("seconds")
        try fields.finish()
    }

    var json: JSON {
        [
            "iteration": .integer(Int64(iteration)),
            "training_loss": trainingLoss.map { JSON.number("\($0)") } ?? .null,
            "validation_loss": .number("\(validationLoss)"),
            "seconds": .number("\(seconds)"),
        ]
    }

    /// A line for people.
    var text: String {
        "iteration \(iteration): validation loss \(Decimal.text(validationLoss, places: 4)), "
            + "\(Decimal.text(seconds, places: 1)) s"
    }
}
