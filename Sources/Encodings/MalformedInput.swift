/// Input that breaks the rules of a format: what broke them, and how.
package struct MalformedInput: Error, Equatable, CustomStringConvertible {
    /// The file or member at fault, outermost first, as in `7.contribution: update.safetensors`.
    package var subject: String?

    /// What was expected and what was found, in lower case and without a full stop.
    package var reason: String

    /// Input refused for `reason`, in the file or member `subject` if that is known here.
    package init(_ reason: String, in subject: String? = nil) {
        self.subject = subject
        self.reason = reason
    }

    /// A named field that holds something other than what the format allows.
    package static func field(
        _ name: String, expected: String, found: String
    ) -> MalformedInput {
        MalformedInput("field '\(name)': expected \(expected), found \(found)")
    }

    /// The same error seen from outside: `subject` names what contains the part at fault.
    package func within(_ subject: String) -> MalformedInput {
        guard let inner = self.subject else { return MalformedInput(reason, in: subject) }
        return MalformedInput(reason, in: "\(subject): \(inner)")
    }

    /// Subject and reason on one line, with control characters made visible.
    package var description: String {
        guard let subject else { return reason.visible }
        return "\(subject): \(reason)".visible
    }

    /// At most 64 characters of untrusted text, quoted for use in a reason.
    package static func quoted(_ text: String) -> String {
        let shown = text.prefix(64)
        return shown.endIndex == text.endIndex ? "\"\(shown)\"" : "\"\(shown)\"..."
    }
}

extension String {
    /// The text with every control character and line separator written as `\u{..}`.
    fileprivate var visible: String {
        var result = ""
        for scalar in unicodeScalars {
            switch scalar.value {
            case 0..<0x20, 0x7F..<0xA0, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069:
                result += "\\u{\(String(scalar.value, radix: 16))}"
            default:
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
