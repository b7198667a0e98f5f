import Encodings

/// The one line with which `body` refuses its input, or nil if it does not.
package func refusal(_ body: () throws -> Void) -> String? {
    do {
        try body()
        return nil
    } catch let error as MalformedInput {
        return error.description
    } catch {
        return "another error: \(error)"
    }
}
