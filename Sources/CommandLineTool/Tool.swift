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
        // So does a file at its size limit, as a full disk does.
        signal(SIGXFSZ, SIG_IGN)
        StandardStreams.open()
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
        } catch let code as ExitCode {
            Glibc.exit(code.rawValue)
        } catch {
            let status = exitCode(for: error)
            guard status.isSuccess else { stopUnforeseen(name, error, status) }
            answer(name, fullMessage(for: error))
        }
    }

    /// Prints help or the version.
    private static func answer(_ name: String, _ text: String) -> Never {
        do {
            try Operand.print(text)
            Glibc.exit(ExitStatus.success.rawValue)
        } catch let failure as SystemFailure {
            if failure.code == EPIPE { endQuietly() }
            stop(name, Failure(failure))
        } catch {
            stop(name, Failure(.internalError, "\(error)"))
        }
    }

    /// Wrong usage in the words of the parser; any other error is a fault of ours.
    private static func stopUnforeseen(
        _ name: String, _ error: any Error, _ status: ExitCode
    ) -> Never {
        guard status == .validationFailure else {
            stop(name, Failure(.internalError, "\(error)"))
        }
        Terminal.report(fullMessage(for: error))
        Glibc.exit(ExitStatus.usage.rawValue)
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
