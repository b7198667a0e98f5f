import Encodings
import Solana
import TestFiles
import Testing

@Suite("Messages and transactions")
struct WireTests {
    @Test(
        "lengths have one spelling",
        arguments: [
            (0, "00"), (1, "01"), (127, "7f"), (128, "8001"), (255, "ff01"), (16_383, "ff7f"),
            (16_384, "808001"), (65_535, "ffff03"),
        ])
    func lengths(length: Int, hex: String) throws {
        let bytes = try #require(Hex.decode(hex))
        #expect(CompactLength.encode(length) == bytes)
        #expect(try CompactLength.decode(bytes) == length)
    }

    @Test("every length is read as it was written")
    func allLengths() throws {
        for length in 0...CompactLength.largest {
            let bytes = CompactLength.encode(length)
            #expect(try CompactLength.decode(bytes) == length)
        }
    }

    @Test(
        "other spellings of a length are refused",
        arguments: ["8000", "8100", "ff8000", "808004", "ffff04", "80808000", "80", "", "0000"])
    func otherLengths(hex: String) throws {
        let bytes = try #require(Hex.decode(hex))
        #expect(throws: MalformedInput.self) { try CompactLength.decode(bytes) }
    }

    @Test("a message is read as it was written", arguments: 0..<200)
    func roundTrip(seed: Int) throws {
        var random = RandomMessages(seed: seed)
        for version in Message.Version.allCases {
            let message = try random.message(version)
            #expect(try Message(parsing: message.bytes) == message)
            guard Transaction.size(of: message) <= Transaction.maximumSize else { continue }
            let transaction = try Transaction(unsigned: message)
            #expect(transaction.bytes.count == Transaction.size(of: message))
            #expect(try Transaction(parsing: transaction.bytes) == transaction)
            #expect(try Transaction(text: transaction.base64) == transaction)
            #expect(try Transaction(text: Base58.encode(transaction.bytes)) == transaction)
        }
    }

    @Test("every prefix, and every continuation, is refused", arguments: 0..<20)
    func prefixes(seed: Int) throws {
        var random = RandomMessages(seed: seed)
        for version in Message.Version.allCases {
            let message = try random.message(version)
            guard Transaction.size(of: message) <= Transaction.maximumSize else { continue }
            let bytes = try Transaction(unsigned: message).bytes
            for count in bytes.indices {
                #expect(throws: MalformedInput.self) {
                    try Transaction(parsing: Array(bytes[..<count]))
                }
            }
            if bytes.count < Transaction.maximumSize {
                expectRefusal("1 more bytes") { _ = try Transaction(parsing: bytes + [0]) }
            }
        }
    }

    @Test("a changed byte is refused, or read as it is", arguments: 0..<20)
    func changes(seed: Int) throws {
        var random = RandomMessages(seed: seed)
        let message = try random.message(.v0)
        guard Transaction.size(of: message) <= Transaction.maximumSize else { return }
        let bytes = try Transaction(unsigned: message).bytes
        for place in bytes.indices {
            var changed = bytes
            changed[place] ^= 1 << UInt8(place % 8)
            guard let transaction = try? Transaction(parsing: changed) else { continue }
            #expect(transaction.bytes == changed)
        }
    }

    @Test("version 1 is refused by name, as is a header that does not fit")
    func versions() throws {
        let message = try Message(
            .v0, payer: Sample.payer, [], blockhash: Sample.blockhash)
        expectRefusal("found version 1") { _ = try Message(parsing: [0x81] + message.bytes[1...]) }
        expectRefusal("found version 1") { _ = try Transaction(parsing: [0x81, 1, 0, 0]) }
        var bytes = message.bytes
        bytes[1] = 0
        expectRefusal("0 signers") { _ = try Message(parsing: bytes) }
        bytes = message.bytes
        bytes[2] = 1
        expectRefusal("1 of them read-only") { _ = try Message(parsing: bytes) }
        bytes = message.bytes
        bytes[3] = 1
        expectRefusal("1 others") { _ = try Message(parsing: bytes) }
    }

    @Test("accounts are in four groups, each in the order of the bytes")
    func groups() throws {
        let all = (1...8).map { Sample.address([UInt8](repeating: UInt8($0), count: 32)) }
        let message = try Message(
            .legacy, payer: all[6],
            [
                Instruction(
                    all[0],
                    [
                        .readonly(all[7]), .writable(all[5]), .signer(all[4]),
                        .writableSigner(all[3]), .readonly(all[2]), .signer(all[1]),
                        .writable(all[7]),
                    ], data: [])
            ], blockhash: Sample.blockhash)
        #expect(
            message.accounts
                == [all[6], all[3], all[1], all[4], all[5], all[7], all[0], all[2]])
        #expect(message.signerCount == 4)
        #expect(message.readonlySignerCount == 2)
        #expect(message.readonlyOtherCount == 2)
        #expect(message.calls[0].accounts == [5, 4, 3, 1, 7, 2, 5])
        #expect(message.calls[0].program == 6)
    }

    @Test("neither signers nor programs come from lookup tables")
    func lookups() throws {
        let all = (1...5).map { Sample.address([UInt8](repeating: UInt8($0), count: 32)) }
        let table = try LookupTable(all[4], listing: [all[1], all[0], all[2], all[3], all[2]])
        let message = try Message(
            .v0, payer: all[0],
            [
                Instruction(
                    all[1], [.readonly(all[2]), .writable(all[3]), .signer(all[0])], data: [])
            ],
            blockhash: Sample.blockhash, tables: [table])
        #expect(message.accounts == [all[0], all[1]])
        #expect(message.lookups == [TableLookup(all[4], writable: [3], readonly: [2])])
        #expect(try message.resolvedAccounts([table]) == [all[0], all[1], all[3], all[2]])
        expectRefusal("is not known") { _ = try message.resolvedAccounts([]) }
        let short = try LookupTable(all[4], listing: [all[1], all[0], all[2]])
        expectRefusal("none at 3") { _ = try message.resolvedAccounts([short]) }
    }

    @Test("more than 256 accounts, or 1,232 bytes, are refused")
    func limits() throws {
        var source = RandomSource(seed: 3)
        let uses = (0..<300).map { _ in AccountUse.readonly(source.address()) }
        expectRefusal("at most 256 accounts, found 302") {
            _ = try Message(
                .legacy, payer: Sample.payer, [Instruction(MemoProgram.id, uses, data: [])],
                blockhash: Sample.blockhash)
        }
        let message = try Message(
            .legacy, payer: Sample.payer,
            [Instruction(MemoProgram.id, Array(uses.prefix(40)), data: [])],
            blockhash: Sample.blockhash)
        expectRefusal("at most 1232 bytes") { _ = try Transaction(unsigned: message) }
        expectRefusal("an instruction has at most") {
            let large = [UInt8](repeating: 1, count: 70_000)
            _ = try Message(
                .legacy, payer: Sample.payer, [Instruction(MemoProgram.id, [], data: large)],
                blockhash: Sample.blockhash)
        }
    }
}
