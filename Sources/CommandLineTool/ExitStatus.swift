/// What a command tells its caller; the one table is docs/exit-status.md.
///
/// The numbers are those of BSD `sysexits.h`, plus 1 for "the answer is no".
package enum ExitStatus: Int32, Sendable, CaseIterable {
    case success = 0
    case answerIsNo = 1
    case usage = 64
    case malformedInput = 65
    case inputMissing = 66
    case unavailable = 69
    case internalError = 70
    case cannotCreate = 73
    case inputOutput = 74
    case tryAgain = 75
    case noPermission = 77
    case configuration = 78
}
