import Encodings

extension Message {
    /// What the payer is charged at most, in lamports: 5,000 for each signature, and the price of
    /// all compute units that are asked for, rounded up.
    ///
    /// Without a limit, 200,000 units are asked for each instruction but those that set the budget.
    package var fee: UInt128 {
        var units: UInt128?
        var price: UInt128 = 0
        var others: UInt128 = 0
        for call in calls {
            guard accounts[Int(call.program)] == ComputeBudgetProgram.id else {
                others += 1
                continue
            }
            switch (call.data.first, call.data.count) {
            case (2, 5): units = UInt128(LittleEndian.integer(from: call.data[1...]))
            case (3, 9): price = UInt128(LittleEndian.integer(from: call.data[1...]))
            default: break
            }
        }
        let most = UInt128(ComputeBudgetProgram.maximumUnits)
        let charged = min(units ?? 200_000 * others, most)
        return 5_000 * UInt128(signerCount) + (charged * price + 999_999) / 1_000_000
    }
}
