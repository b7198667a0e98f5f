import CommandLineTool
import Encodings
import Rounds
import Storage
import Verification

/// What `nous-verify plan` printed, by operand: NDJSON, one contribution a line, and the terms.
enum PlanFile {
    private static let sizeLimit = 256 << 20

    /// Reads the plans by contribution; each is drawn again from what it says of itself.
    static func read(_ operand: String, of run: RunConfiguration) throws -> [Digest: AuditPlan] {
        let bytes = try Operand.read(operand, limit: sizeLimit)
        var plans: [Digest: AuditPlan] = [:]
        for (number, line) in bytes.split(separator: UInt8(ascii: "\n")).enumerated() {
            do throws(MalformedInput) {
                let json = try JSON(parsing: Array(line), limits: .record)
                guard json["type"]?.string != "audit-terms" else { continue }
                let plan = try AuditPlan(json, run: run)
                guard plans.updateValue(plan, forKey: plan.contribution) == nil else {
                    throw MalformedInput("contribution \(plan.contribution) has a line already")
                }
            } catch {
                throw error.within("\(Operand.name(operand)): line \(number + 1)")
            }
        }
        return plans
    }
}
