import LanguageModel
import Numerics
import Optimization

/// Training on windows of a text, evaluated on all of its validation part.
struct LearningRun {
    let settings: LearningSettings
    let text: CharacterText
    let model: LanguageModel
    private let gradient, firstMoment, secondMoment: FloatStorage

    init(_ settings: LearningSettings, _ text: CharacterText, _ arithmetic: Arithmetic) throws {
        self.settings = settings
        self.text = text
        let configuration = try settings.model
        let layout = ParameterLayout(configuration)
        model = LanguageModel(
            configuration: configuration,
            parameters: .float32(Initialization.parameters(layout, seed: settings.seed)),
            arithmetic: arithmetic)
        gradient = FloatStorage(count: layout.count)
        firstMoment = FloatStorage(count: layout.count)
        secondMoment = FloatStorage(count: layout.count)
    }

    /// Trains, reporting a point of the curve at the start, every so many iterations, and the end.
    func train(report: (CurvePoint) throws -> Void) throws {
        var (seconds, lossSum, lossCount) = (0.0, 0.0, 0)
        try report(CurvePoint(0, nil, validationLoss(), 0))
        for iteration in 0..<settings.iterations {
            let start = ContinuousClock.now
            lossSum += step(iteration)
            lossCount += 1
            seconds += (ContinuousClock.now - start) / .seconds(1)
            guard (iteration + 1) % settings.evaluationInterval == 0 else { continue }
            try report(
                CurvePoint(
                    iteration + 1, lossSum / Double(lossCount), validationLoss(), seconds))
            (lossSum, lossCount) = (0, 0)
        }
    }

    /// Where the windows of an iteration begin: anywhere, as nanoGPT draws them.
    func offsets(_ iteration: Int) -> [Int] {
        let random = CounterRandom(seed: settings.seed, stream: 2)
        let starts = UInt64(text.training.count - settings.context)
        return (0..<settings.batch).map {
            Int(random.integer(below: starts, at: UInt64(iteration * settings.batch + $0)))
        }
    }

    /// Takes one step; gives its mean loss.
    private func step(_ iteration: Int) -> Double {
        let sequences = offsets(iteration).map {
            Array(text.training[$0...$0 + settings.context])
        }
        gradient.view.fill(0)
        let losses = model.accumulateGradients(
            of: sequences, into: gradient,
            lossScale: 1 / Float(settings.batch * settings.context), microBatch: settings.batch)
        let norm = GradientNorm.globalNorm(gradient, model.arithmetic)
        settings.optimizer.step(
            parameters: model.parameters, gradient: gradient, firstMoment: firstMoment,
            secondMoment: secondMoment, layout: model.layout,
            learningRate: settings.schedule.rate(at: iteration), step: iteration + 1,
            gradientScale: GradientNorm.clipScale(norm: norm, maximum: settings.clip),
            arithmetic: model.arithmetic)
        return mean(losses)
    }

    /// The mean loss of all whole windows of the validation text, side by side.
    private func validationLoss() -> Double {
        let T = settings.context
        let starts = stride(from: 0, through: text.validation.count - T - 1, by: T)
        let windows = starts.map { Array(text.validation[$0...$0 + T]) }
        return mean(model.losses(of: windows, microBatch: 64))
    }

    private func mean(_ losses: [Float]) -> Double {
        losses.reduce(0.0) { $0 + Double($1) } / Double(losses.count)
    }
}
