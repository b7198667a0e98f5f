internal import CProcessor

/// How this thread's processor rounds, and what it does to subnormals.
package struct FloatEnvironment: Sendable, Equatable {
    /// The control word: MXCSR on x86-64, FPCR on ARM, its status flags cleared.
    package let control: UInt64

    /// An environment with this control word.
    package init(control: UInt64) { self.control = control }

    /// The calling thread's environment; threads inherit it from the thread that starts them.
    package static var current: FloatEnvironment {
        FloatEnvironment(control: processor_float_control())
    }

    /// What breaks the rules, or nil: rounding other than to nearest even, subnormals flushed.
    package var fault: String? {
        #if arch(x86_64)
            if control & 0x6000 != 0 { return "rounding is not to nearest even" }
            if control & 0x8000 != 0 { return "subnormal results are flushed to zero" }
            if control & 0x0040 != 0 { return "subnormal operands are taken as zero" }
        #elseif arch(arm64)
            if control & 0x00C0_0000 != 0 { return "rounding is not to nearest even" }
            if control & 0x0100_0001 != 0 { return "subnormals are flushed to zero" }
        #endif
        return nil
    }

    /// Calls `body` under this environment, for tests of the check.
    package func impose<Result>(_ body: () throws -> Result) rethrows -> Result {
        let former = processor_float_control()
        processor_set_float_control(control)
        defer { processor_set_float_control(former) }
        return try body()
    }
}
