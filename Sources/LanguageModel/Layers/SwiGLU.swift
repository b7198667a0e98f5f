import NumericKernels
import Numerics

/// a = silu(gate)·up: `gateUp` `[N, 2F]`, a `[N, F]`.
func swiGLUForward(_ gateUp: Matrix, into a: Matrix, _ arithmetic: Arithmetic) {
    let gate = unsafe arithmetic.kernels.decoder.gate
    arithmetic.forEachRowBlock(a.rows) { rows in
        unsafe withPointers(gateUp.floats(ofRows: rows), a.floats(ofRows: rows)) { gateUp, output in
            unsafe gate(gateUp, rows.count, a.columns, output)
        }
    }
}

/// Turns `gateUp` into its gradients and computes a again, from da `[N, F]`.
func swiGLUBackward(_ da: Matrix, gateUp: Matrix, into a: Matrix, _ arithmetic: Arithmetic) {
    let gateBackward = unsafe arithmetic.kernels.decoder.gateBackward
    arithmetic.forEachRowBlock(a.rows) { rows in
        unsafe withPointers(
            da.floats(ofRows: rows), gateUp.floats(ofRows: rows), a.floats(ofRows: rows)
        ) { da, gateUp, output in
            unsafe gateBackward(da, rows.count, a.columns, gateUp, output)
        }
    }
}
