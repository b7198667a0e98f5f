import Encodings
import Solana
import Testing

@Suite("Lists of payments")
struct PayoutListTests {
    private let one = Sample.wallet(1)
    private let two = Sample.wallet(2)

    private func parse(_ text: String) throws -> PayoutList {
        try PayoutList(parsing: Array(text.utf8))
    }

    @Test("are CSV or lines of JSON, in any order, and are added up")
    func forms() throws {
        let expected = try PayoutList([
            PayoutList.Entry(one, 5), PayoutList.Entry(two, .max - 5),
        ])
        #expect(expected.total == .max)
        #expect(expected.entries.map(\.recipient) == [one, two].sorted())
        let csv = "recipient,amount\r\n\(two),\(UInt64.max - 5)\r\n\n\(one), 2\r\n\(one),3"
        #expect(try parse(csv) == expected)
        let json = """
            {"account":"\(one)","amount":"5"}
            {"amount":"\(UInt64.max - 5)","account":"\(two)"}

            """
        #expect(try parse(json) == expected)
    }

    @Test("that are not clear are refused, with the line")
    func refusals() {
        for (text, words) in [
            ("", "found none"), ("recipient,amount\n", "found none"),
            ("account,amount\n\(one),1", "line 1: expected the header \"recipient,amount\""),
            ("recipient,amount\n\(one),0", "line 2: \(one) is paid nothing"),
            ("recipient,amount\n\(one),1.5", "field 'amount': expected whole base units"),
            ("recipient,amount\n\(one),01", "line 2: field 'amount'"),
            ("recipient,amount\n\(one),-1", "found \"-1\""),
            ("recipient,amount\n\(one),1,2", "line 2: expected 2 cells"),
            ("recipient,amount\n\"\(one)\",1", "without quotes"),
            ("recipient,amount\n\(one)1,1", "field 'recipient'"),
            ("recipient,amount\n\(one),\(UInt64.max)\n\(two),1", "more than 2^64 - 1"),
            ("recipient,amount\n\(one),18446744073709551616", "line 2: field 'amount'"),
            ("{\"account\":\"\(one)\",\"amount\":5}", "line 1: payment: field 'amount'"),
            ("{\"account\":\"\(one)\",\"amount\":\"5\",\"x\":1}", "unknown field 'x'"),
            ("{\"account\":\"\(one)\"}", "missing field 'amount'"),
        ] {
            expectRefusal(words) { _ = try parse(text) }
        }
    }

    @Test("may have so many rows and no more")
    func limit() {
        let rows = [PayoutList.Entry](
            repeating: PayoutList.Entry(one, 1), count: PayoutList.maximumCount + 1)
        expectRefusal("at most 262144 payments") { _ = try PayoutList(rows) }
    }
}
