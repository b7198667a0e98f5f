package import ArgumentParser
import Encodings
import Glibc
import Storage

/// A command: parses its options, runs, and turns every error into one line and a status.
package protocol Tool: ParsableCommand {}

extension Tool {
    package static var _errorPrefix: String { "\(_commandName): error: " }

    /// Runs the command line and exits with the documented status.
    package static func main() {
        // A closed pipe must unwind through deinitialisers, so that temporary files go away.
        signal(SIGPIPE, SIG_IGN)
        let name = _commandName
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let failure as Failure {
            stop(name, failure)
        } catch let malformed as MalformedInput {
            stop(name, Failure(malformed))
        } catch let failure as SystemFailure {
            if failure.code == EPIPE { endQuietly() }
            stop(name, Failure(failure))
        } catch let busy as Busy {
            stop(name, Failure(.tryAgain, busy.description))
        } catch {
            exit(withError: error)
        }
    }

    private static func stop(_ name: String, _ failure: Failure) -> Never {
        Terminal.report("\(name): error: \(failure.message)")
        if let hint = failure.hint { Terminal.report("hint: \(hint)") }
        Glibc.exit(failure.status.rawValue)
    }

    /// Dies of SIGPIPE as a filter does whose reader has gone.
    private static func endQuietly() -> Never {
        signal(SIGPIPE, SIG_DFL)
        raise(SIGPIPE)
        Glibc.exit(ExitStatus.inputOutput.rawValue)
    }
}
