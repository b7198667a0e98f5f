import Encodings
import Identity
import SampleRound
import Solana

extension FuzzedParser {
    /// Transactions and everything around them: lists, lines, trees, and what nodes answer.
    static let solana = FuzzedParser(
        "solana", seeds: { solanaSeeds },
        { bytes in
            try offer(
                bytes,
                to: [
                    { bytes in
                        let transaction = try Transaction(parsing: bytes)
                        expect(transaction.bytes == bytes, "one spelling of a transaction")
                        _ = try TransactionRecord(transaction)
                    },
                    { bytes in
                        for record in try SolanaRecord.read(bytes, tables: []) {
                            let line = record.json.orderedBytes()
                            _ = try SolanaRecord.read(line, tables: [])
                        }
                    },
                    { bytes in _ = try PayoutList(parsing: bytes) },
                    { bytes in _ = try DistributorList.claims(in: bytes, decimals: 6) },
                    { bytes in
                        let tree = try DistributorTree(file: bytes)
                        _ = tree.proof(at: tree.claims.count - 1)
                    },
                    { bytes in
                        var report = ChainReport()
                        try report.add(file: bytes)
                        _ = try Reconciliation([], report, tables: [])
                    },
                    { bytes in
                        for dump in try AccountDump.read(bytes).compactMap(\.self) {
                            _ = try? DurableNonce(account: SystemProgram.id, data: dump.data)
                            _ = try? DistributorState(data: dump.data)
                        }
                    },
                    { bytes in _ = try OfflineSignatures(JSON(parsing: bytes, limits: .record)) },
                ])
        })

    /// One input of each kind.
    private static var solanaSeeds: [[UInt8]] {
        let key = SampleRound.keys[0]
        let payer = Address(key.publicKey)
        let mint = Mint(SystemProgram.id, decimals: 6)
        let other = Address(SampleRound.keys[1].publicKey)
        let csv = Array("recipient,amount\n\(other),5\n".utf8)
        guard let blockhash = Blockhash([UInt8](repeating: 1, count: 32)),
            let list = try? PayoutList(parsing: csv),
            let authority = try? TokenAuthority(payer),
            var batch = try? PayoutPlan(
                list,
                PayoutTerms(
                    mint, from: mint.account(of: payer), by: authority, payer: payer,
                    lifetime: .blockhash(blockhash))
            ).batches.first, (try? batch.transaction.sign(with: key)) != nil,
            let record = try? PayoutRecord(batch, tables: []),
            let tree = (try? DistributorList.claims(in: csv, decimals: nil)).flatMap({
                try? DistributorTree($0)
            })
        else { preconditionFailure("a payout of one") }
        var file: [UInt8] = []
        try? DistributorFile.jupiter.write(tree, version: 1) { file += $0 }
        let answer: JSON = [
            "result": [
                "meta": ["err": .null],
                "transaction": [.string(batch.transaction.base64), "base64"],
            ]
        ]
        return [
            batch.transaction.bytes, record.json.orderedBytes(), csv, file,
            answer.orderedBytes(),
            OfflineSignatures(of: batch.transaction).json.orderedBytes(),
        ]
    }
}
