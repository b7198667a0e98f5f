import ArgumentParser

/// Options every command has.
package struct GlobalOptions: ParsableArguments {
    @Flag(name: .shortAndLong, help: "Print no progress and no warnings.")
    package var quiet = false

    /// The defaults.
    package init() {}
}
