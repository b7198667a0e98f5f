/// What a worker takes to have sent, when it keeps the rest for its next update.
package enum Feedback: String, CaseIterable, Sendable {
    /// What a receiver decodes, so that nothing is lost in quantisation.
    case decoded
    /// The elements sent as they were before they were quantised, as Psyche's DisTrO does.
    case exact
}
