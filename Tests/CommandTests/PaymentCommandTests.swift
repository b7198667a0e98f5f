import Artifacts
import Foundation
import Identity
import Storage
import Testing

@Suite("nous-ledger, from a dispute to a payment", .serialized)
struct PaymentCommandTests {
    /// Plays a transcript beside the files of one small round, whose terms have more lines; capitals are
    /// the workers' keys.
    func play(
        _ text: String, terms: [String], sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let transcript = try CommandTranscript()
        defer { transcript.remove() }
        try LedgerRound.write(to: transcript, terms: terms)
        // The verifier's second words about what it said of anna and of cheat.
        let run = Digest(
            hashing: LedgerRound.runFile + terms.joined().utf8)
        for (name, tokens, outcome) in [
            ("anna", 300, .notReproduced), ("cheat", 400, .accepted),
        ] as [(String, UInt64, Verdict.Outcome)] {
            let artifact = LedgerRound.contribution(name, tokens: tokens, run: run)
            let line = LedgerRound.verdict(
                outcome, on: artifact, of: name, tokens: tokens, run: run)
            try Data(line).write(
                to: transcript.directory.appending(path: "second-\(name).json"))
        }
        var text = text
        for name in ["anna", "boris", "cheat", "operator"] {
            text = text.replacing(
                name.uppercased(), with: LedgerRound.key(name).publicKey.base58)
        }
        try transcript.play(text, sourceLocation: sourceLocation)
    }

    @Test("pays and slashes by what verifiers say in the end")
    func dispute() throws {
        try play(
            """
              $ nous-ledger append L --operator-key operator.json anna.contribution cheat.contribution verdicts.ndjson --skip-bad 2>/dev/null
              [65]
              $ nous-ledger close L --round 1 --operator-key operator.json
              $ nous-ledger close L --round 1 --operator-key operator.json
              $ nous-ledger append L --operator-key operator.json boris.contribution
              nous-ledger: error: boris.contribution: contribution: round 1 is closed
              [65]
              $ nous-ledger settle L --round 1 --operator-key operator.json
              round 1, provisional\tpool 10.00 NOUS\tunpaid 0.00 NOUS
              ANNA\tcredit 10.00 NOUS\tfor 300 tokens
              CHEAT\tslash 0.50 NOUS\tof 1.00 NOUS
              $ nous-ledger status L | sed -n 2,3p
              round 2 is not open; 1 settled, 0 of them final
              escrow 10.00 NOUS
              $ nous-ledger balance L ANNA
              ANNA\t0.00 NOUS\tstake 1.00 NOUS

            The verifier finds that it was wrong about both.

              $ nous-ledger append L --operator-key operator.json second-anna.json 2>&1 | sed 's/.* already/already/'
              already said 'accepted' of this contribution
              $ nous-ledger revise L --key anna.json second-anna.json --operator-key operator.json 2>&1 | sed 's/.* has/has/'
              has no verdict on ... that may be revised
              $ nous-ledger revise L --key verifier.json second-anna.json > revision.json
              $ nous-ledger append L --operator-key operator.json revision.json
              $ nous-ledger append L --operator-key operator.json revision.json
              $ nous-ledger revise L --key verifier.json second-cheat.json | nous-ledger submit -q L -
              $ nous-ledger seal -q L --operator-key operator.json

            The next settlement makes round 1 final.

              $ nous-ledger open L --round 2 --operator-key operator.json > /dev/null
              $ nous-ledger settle L --round 2 --empty --operator-key operator.json
              round 2, provisional\tpool 0.00 NOUS\tunpaid 0.00 NOUS
              round 1\tpool 10.00 NOUS\tunpaid 0.00 NOUS
              CHEAT\tcredit 10.00 NOUS\tfor 400 tokens
              ANNA\tslash 0.50 NOUS\tof 1.00 NOUS
              $ nous-ledger explain L CHEAT | tail -n 2
              14\t+10.00 NOUS\t10.00 NOUS\treward of CHEAT in round 1: 400 of 400 verified tokens, pool 10.00 NOUS, pro-rata-verified-tokens v1
              total\t10.00 NOUS\tstake 1.00 NOUS
              $ nous-ledger explain L treasury | tail -n 3
              10\t-10.00 NOUS\t9987.00 NOUS\tpool of round 1, put aside until it is final
              14\t+0.50 NOUS\t9987.50 NOUS\tslash of ANNA for a proven lie in round 1
              total\t9987.50 NOUS\tstake 0.00 NOUS
              $ nous-ledger settle L --round 2 --json --operator-key operator.json | jq -c '[.round, .final.round, .final.credits[].amount, .withheld]'
              [2,1,"1000","0"]
              $ nous-ledger report L --html - | grep -c '>2, provisional<'
              1
              $ nous-ledger audit -q L | sed -n 3p
              paid 10.00 NOUS, slashed 0.50 NOUS
            """, terms: ["  dispute_rounds: 1\n", "  unbonding_rounds: 2\n"])
    }

    @Test("pays an export once, and gives back what failed")
    func export() throws {
        try play(
            """
              $ nous-ledger append L --operator-key operator.json *.contribution verdicts.ndjson
              $ nous-ledger settle L --round 1 --operator-key operator.json >/dev/null
              $ nous-ledger export L --number 2 --operator-key operator.json
              nous-ledger: error: export 1 was not made
              [1]
              $ nous-ledger export L --number 1 --operator-key operator.json | tee list.csv | sort
              ANNA,750
              BORIS,250
              recipient,amount
              $ nous-ledger export L --number 1 --operator-key operator.json | cmp - list.csv
              $ nous-ledger audit L | sed -n 2p
              supply 10000.00 NOUS: treasury 9987.50 NOUS, accounts 0.00 NOUS, stakes 2.50 NOUS, payable 10.00 NOUS

            How it is paid is fixed before anything is sent.

              $ sed 's/750/751/' list.csv > wrong.csv; nous-ledger pay L --number 1 wrong.csv --operator-key operator.json
              nous-ledger: error: wrong.csv: expected 750 for ANNA, found 751 for ANNA
              [65]
              $ nous-ledger pay L --number 1 list.csv --operator-key operator.json
              $ nous-ledger pay L --number 1 list.csv --operator-key operator.json
              $ (head -n 1 list.csv; tail -n +2 list.csv | tac) > other.csv; nous-ledger pay L --number 1 other.csv --operator-key operator.json
              nous-ledger: error: export 1 is paid by list ...
              hint: another payment could pay twice; reconcile that one first
              [1]
              $ nous-ledger log L --json | jq -r 'select(.body.type == "payment").body.digest' | sed 's/$/  list.csv/' | sha256sum -c
              list.csv: OK

            What became of it is booked when it is known.

              $ echo '{"type":"payment","recipient":"ANNA","amount":"750","state":"paid"}' > found; nous-ledger reconcile L --number 1 found --operator-key operator.json
              nous-ledger: error: found: there is no line about BORIS
              [65]
              $ sed 's/ANNA/BORIS/; s/750/250/; s/paid/unknown/' found | cat found - | nous-ledger reconcile L --number 1 - --operator-key operator.json
              nous-ledger: error: the payment of BORIS is unknown
              hint: ask again, or look at its transaction
              [1]
              $ sed 's/ANNA/BORIS/; s/750/250/; s/paid/failed/' found >> found; nous-ledger reconcile L --number 1 found --operator-key operator.json
              $ nous-ledger reconcile L --number 1 found --operator-key operator.json
              $ nous-ledger balance L BORIS
              BORIS\t2.50 NOUS\tstake 1.00 NOUS
              $ nous-ledger explain L BORIS | tail -n 3
              12\t-2.50 NOUS\t0.00 NOUS\tto be paid by export 1
              14\t+2.50 NOUS\t2.50 NOUS\tnot paid by export 1
              total\t2.50 NOUS\tstake 1.00 NOUS
              $ nous-ledger export L --number 2 --operator-key operator.json | tail -n 1
              BORIS,250
              $ nous-ledger audit L | sed -n 2p
              supply 10000.00 NOUS: treasury 9987.50 NOUS, accounts 0.00 NOUS, stakes 2.50 NOUS, payable 2.50 NOUS, paid out 7.50 NOUS
              $ nous-ledger report L --html - | grep -o 'paid, but [0-9]* of them'
              paid, but 1 of them
              $ nous-ledger audit -q L --payment list.csv | tail -n 1
              list.csv: export 1
              $ nous-ledger audit -q L --payment wrong.csv
              nous-ledger: error: wrong.csv: no export is paid by list ...
              [1]
              $ nous-ledger books L --start 2020-02-28 -o books; nous-ledger audit -q L --books books | tail -n 1
              books: the books up to entry 15
              $ sed -i '$d' books; sed -i 's/7.50 NOUS  ;/7.51 NOUS  ;/' books; nous-ledger audit -q L --books books
              nous-ledger: error: books: line ...
              [1]
            """, terms: ["  minimum_payout: \"250\"\n"])
    }
}
