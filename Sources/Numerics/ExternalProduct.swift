/// A matrix product computed by another program: C = A·B or, if told to accumulate, C = C + A·B.
///
/// Its results may differ from those of `docs/arithmetic.md` and from machine to machine.
package typealias ExternalProduct =
    @Sendable (_ a: Matrix, _ b: Matrix, _ c: Matrix, _ accumulate: Bool) -> Void
