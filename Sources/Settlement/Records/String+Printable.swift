extension String {
    /// Whether the text can be shown on a terminal: it has no control characters.
    var isPrintable: Bool {
        unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }
}
