import Artifacts
import Foundation
import Identity
import Rounds
import Storage
import Testing

@Suite("nous-ledger", .serialized)
struct LedgerCommandTests {
    /// Plays a transcript beside the files of one small round.
    func play(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let transcript = try CommandTranscript()
        defer { transcript.remove() }
        try LedgerRound.write(to: transcript)
        try transcript.play(text, sourceLocation: sourceLocation)
    }

    @Test("makes keys, for demonstrations from a phrase, and never overwrites one")
    func keys() throws {
        try play(
            """
            A key of a phrase is the same everywhere, and comes with a warning.

              $ nous-ledger keygen -o demo.json --seed-from anna
              nous-ledger: warning: a demonstration key; whoever knows the phrase can sign
              PUBLIC
              $ nous-ledger keygen -q -o demo.json --seed-from anna
              PUBLIC
              $ cmp demo.json anna.json
              $ nous-ledger keygen --public demo.json
              PUBLIC
              $ stat -c %a demo.json
              600

            A real key is new each time.

              $ nous-ledger keygen -o demo.json
              nous-ledger: error: 'demo.json' exists
              hint: a key is never overwritten
              [73]
              $ test "$(nous-ledger keygen)" != "$(nous-ledger keygen)"
              $ echo '[1,2]' > bad.json; nous-ledger keygen --public bad.json 2>&1 | cut -c-31
              nous-ledger: error: bad.json: e
            """.replacing("PUBLIC", with: LedgerRound.key("anna").publicKey.base58))
    }

    @Test("takes a round from contributions to balances, with the same bytes each time")
    func round() throws {
        let (anna, boris) = (LedgerRound.key("anna"), LedgerRound.key("boris"))
        let (cheat, keys) = (LedgerRound.key("cheat"), ["ANNA", "BORIS", "CHEAT"])
        var text = """
              $ nous-ledger append L --operator-key operator.json *.contribution
              $ nous-ledger settle L --round 1 --operator-key operator.json
              nous-ledger: error: 3 contributions to round 1 are undecided
              hint: append more verdicts, or settle with --close-undecided
              [1]
              $ cat verdicts.ndjson | nous-ledger append L --operator-key operator.json
              $ nous-ledger settle L --round 1 --operator-key operator.json | sort
              ANNA\tcredit 7.50 NOUS\tfor 300 tokens
              CHEAT\tslash 0.50 NOUS\tof 1.00 NOUS
              BORIS\tcredit 2.50 NOUS\tfor 100 tokens
              round 1\tpool 10.00 NOUS\tunpaid 0.00 NOUS

            What is done is not done again.

              $ find L -type f | xargs sha256sum > before
              $ nous-ledger append L --operator-key operator.json *.contribution verdicts.ndjson
              $ nous-ledger settle L --round 1 --operator-key operator.json >/dev/null
              $ sha256sum --quiet -c before
              $ nous-ledger settle L --round 3 --operator-key operator.json
              nous-ledger: error: round 3 is not open
              [1]

            Balances and stakes:

              $ nous-ledger balance L treasury
              treasury\t9987.50 NOUS
              $ nous-ledger balance L ANNA
              ANNA\t7.50 NOUS\tstake 1.00 NOUS
              $ nous-ledger balance L CHEAT --json
              {"type":"balance","account":"CHEAT","balance":"0","stake":"50","vesting":"0","owes":"0"}
              $ nous-ledger audit L
              ok: 12 entries, 19 signatures, 1 rounds settled
              supply 10000.00 NOUS: treasury 9987.50 NOUS, accounts 10.00 NOUS, stakes 2.50 NOUS
              paid 10.00 NOUS, slashed 0.50 NOUS
              root 71b6f67038483c9e98bcdfe0d7bfd67ef73b79257afe58de8dd23d27ca7adaa6
              $ nous-ledger log L | cut -f 1,2 | tr '\\t\\n' ' ,'
              0 genesis,1 join,2 join,3 join,4 opening,5 contribution,6 contribution,7 contribution,8 verdict,9 verdict,10 verdict,11 settlement,
              $ nous-ledger log L --json | jq -r .body.type | sort | uniq -c | tr -s ' \\n' ' '
               3 contribution 1 genesis 3 join 1 opening 1 settlement 3 verdict 
            """
        for (name, key) in zip(keys, [anna, boris, cheat]) {
            text = text.replacing(name, with: key.publicKey.base58)
        }
        try play(text)
    }

    @Test("explains every base unit, and what another rule would have paid")
    func answers() throws {
        let (anna, cheat) = (LedgerRound.key("anna"), LedgerRound.key("cheat"))
        try play(
            """
              $ nous-ledger append L --operator-key operator.json *.contribution verdicts.ndjson
              $ nous-ledger status L
              demo: 11 entries, 0 records waiting
              round 1 is open: 3 contributions of 3 workers, 2 to be paid, 0 rejected, 1 lies, 0 undecided
              treasury 9997.00 NOUS, enough for 999 more rounds
              $ nous-ledger what-if L --round 1 --rule 'equal-per-finisher v1' | cut -f 2- | sort
              2.50 NOUS\t5.00 NOUS\tfor 100 tokens
              7.50 NOUS\t5.00 NOUS\tfor 300 tokens
              $ nous-ledger settle L --round 1 --operator-key operator.json >/dev/null
              $ nous-ledger what-if L --round 1 --rule 'capped-tokens v1' --cap 150 | grep ANNA
              ANNA\t7.50 NOUS\t6.00 NOUS\tfor 300 tokens
              $ nous-ledger what-if L --round 2 --rule 'equal-per-finisher v1'
              nous-ledger: error: round 2 is not open
              [1]
              $ nous-ledger explain L ANNA
              0\t+1.00 NOUS\t1.00 NOUS\tgrant
              1\t-1.00 NOUS\t0.00 NOUS\tput at stake from the balance
              1\t+1.00 NOUS\tstake 1.00 NOUS\tput at stake
              11\t+7.50 NOUS\t7.50 NOUS\treward of ANNA in round 1: 300 of 400 verified tokens, pool 10.00 NOUS, pro-rata-verified-tokens v1
              total\t7.50 NOUS\tstake 1.00 NOUS
              $ nous-ledger explain L CHEAT --json | tail -n 1
              {"type":"movement","entry":11,"place":"stake","gained":"0","lost":"50","held":"50","reason":"slash","other":"treasury"}
              $ nous-ledger explain L treasury | tail -n 1
              total\t9987.50 NOUS\tstake 0.00 NOUS
              $ nous-ledger advise-stake L --cost 1000 --probability 500000
              stake 33.35 NOUS, the run asks for 0.00 NOUS
              $ nous-ledger status L --json | jq -c '[.settled, .open, .treasury]'
              [1,null,"998750"]
            """
            .replacing("ANNA", with: anna.publicKey.base58)
            .replacing("CHEAT", with: cheat.publicKey.base58))
    }

    @Test("has a run file's rule of reward in its terms", arguments: RewardSettings.Rule.allCases)
    func rules(rule: RewardSettings.Rule) throws {
        let cap = rule == .cappedTokens ? "\\n  cap: 5" : ""
        try play(
            """
              $ sed -i 's/rule: pro-rata-verified-tokens v1/rule: RULE/' run.yaml
              $ nous-ledger init other --run run.yaml --operator-key operator.json --verifier $(nous-ledger keygen --public verifier.json)
              $ nous-ledger log other --json | jq -r '.body.reward_rule + " " + (.body.reward_cap | tostring)'
              NAME \(rule == .cappedTokens ? "5" : "null")
            """
            .replacing("RULE", with: rule.rawValue + cap).replacing("NAME", with: rule.rawValue))
    }

    @Test("writes the books and a page about the run, which loads nothing")
    func exports() throws {
        try play(
            """
              $ nous-ledger append L --operator-key operator.json *.contribution verdicts.ndjson
              $ nous-ledger settle L --round 1 --operator-key operator.json >/dev/null
              $ nous-ledger report L --html report.html; grep -c -e '<script' -e 'src=' -e 'href=' -e 'url(' -e @import report.html
              0
              [1]
              $ grep -o '<dt>[a-z ]*</dt><dd>[0-9A-Z. ]*</dd>' report.html | sed 's/<[^>]*>/ /g'
               rounds settled  1 
               workers  3 
               paid  10.00 NOUS 
               slashed  0.50 NOUS 
               treasury  9987.50 NOUS 
              $ nous-ledger report L --html - | cmp - report.html
              $ nous-ledger books L --start 2026-02-28 | grep -A 1 '^2026-03-01 . (11)' | cut -c 1-49
              2026-03-01 * (11) settlement
                  Assets:Treasury  -7.50 NOUS = 9989.50 NOUS  ;
              $ nous-ledger books L --format beancount --entries 1 | grep -c open
              5
              $ nous-ledger books L --start 9999-12-30 2>&1 | head -1
              nous-ledger: error: the 1 settlements pass the year 9999
              $ nous-ledger books L --start 9999-12-29 | grep -c '^9999-12-30'
              1
            """)
    }

    @Test("is written as tables, and answers questions about them")
    func tables() throws {
        try play(
            """
              $ nous-ledger append L --operator-key operator.json *.contribution verdicts.ndjson
              $ nous-ledger settle L --round 1 --operator-key operator.json >/dev/null
              $ nous-ledger tables L --sqlite 1.sqlite --csv tables --ndjson rows
              $ nous-ledger tables L --sqlite 2.sqlite; cmp 1.sqlite 2.sqlite
              $ nous-ledger tables L --ndjson - | cmp - rows
              $ tail -1 tables/rounds.csv | tr -d '\\r'
              1,final,4,,11,11,3,1000,1000,50
              $ jq -c 'select(.table == "outcomes") | [.outcome, .amount]' rows
              ["credit","..."]
              ["credit","..."]
              ["slash","50"]
              $ nous-ledger query L "SELECT reason, decimal_sum(amount) FROM movements GROUP BY reason"
              grant\t300
              issue\t1000000
              reward\t1000
              slash\t50
              stake\t300
              $ nous-ledger query --json L 'SELECT worker, end_round FROM members LIMIT 1'
              {"worker":"...","end_round":null}
              $ nous-ledger query L 'SELECT pay FROM rounds'
              nous-ledger: error: no such column: pay
              [64]
              $ nous-ledger query L 'DROP TABLE rounds'
              nous-ledger: error: expected a statement that reads, such as SELECT
              [64]
              $ nous-ledger tables L --csv tables 2>&1
              nous-ledger: error: cannot create 'tables': Directory not empty
              [74]
              $ nous-ledger tables L 2>&1 | head -1
              nous-ledger: error: give --sqlite, --csv or --ndjson
            """)
    }

    @Test("is checked by hand with sha256sum, jq and cut")
    func byHand() throws {
        try play(
            """
            The origin of the checkpoint is the hash of entry 0's line, which every entry names as its log.

              $ nous-ledger log L --json > entries; head -1 entries | sha256sum | cut -c-64 > origin
              $ head -1 L/checkpoint | cut -d/ -f2 | cmp - origin
              $ sed -n 3p entries | jq -r .log | cmp - origin

            Each entry names the hash of its author's one before.

              $ jq -r .author entries | sort | uniq -c | awk '{ print $1 }' | sort -n | tr '\\n' ' '
              1 1 1 2 
              $ sed -n 5p entries | jq -r .previous | cmp - origin

            The root is a hash tree over the lines, and the bundle of entries the lines with their lengths.

              $ leaf() { (printf '\\0'; sed -n $1p entries) | sha256sum | cut -c-64; }; node() { printf 01$1$2 | xxd -r -p | sha256sum | cut -c-64; }; node $(node $(node $(leaf 1) $(leaf 2)) $(node $(leaf 3) $(leaf 4))) $(leaf 5) | xxd -r -p | base64 > root
              $ sed -n 3p L/checkpoint | cmp - root
              $ for n in 1 2 3 4 5; do sed -n ${n}p entries | wc -c | xargs printf %04x | xxd -r -p; sed -n ${n}p entries; done | cmp - L/tile/entries/000.p/5

            The seed of a roster is the hash of the checkpoint's text before the opening, entry 4.

              $ cp -r L opened; rm -r L; nous-ledger init L --run run.yaml --operator-key operator.json --verifier $(nous-ledger keygen --public verifier.json) $(for name in anna boris cheat; do echo --grant $(nous-ledger keygen --public $name.json)=100; done)
              $ for name in anna boris cheat; do nous-ledger join L --key $name.json --stake 100 --operator-key operator.json; done
              $ head -3 L/checkpoint | sha256sum | cut -c-64 > seed
              $ nous-ledger open L --round 1 --operator-key operator.json | grep -o '"seed":"[0-9a-f]*"' | cut -d'"' -f4 | cmp - seed
              $ diff -r L opened

            """)
    }

    @Test("fixes the roster of a round when it is opened, in order")
    func opening() throws {
        try play(
            """
              $ cp -r L opened; nous-ledger open L --round 1 --operator-key operator.json | cmp - roster.json
              $ diff -r L opened

            Neither other members, nor the work itself, change who was to do it.

              $ nous-ledger transfer L --key cheat.json --to treasury --amount 0 --operator-key operator.json
              nous-ledger: error: a transfer moves some money to another account
              [65]
              $ nous-ledger transfer L --key operator.json --from-treasury --to $(nous-ledger keygen --public verifier.json) --amount 1 --operator-key operator.json
              $ nous-ledger transfer L --key verifier.json --to treasury --amount 1 --operator-key operator.json
              $ nous-ledger join L --key verifier.json --operator-key operator.json
              $ nous-ledger append L --operator-key operator.json anna.contribution
              $ nous-ledger roster L --round 1 | cmp - roster.json
              $ nous-ledger open L --round 1 --operator-key operator.json | cmp - roster.json
              $ nous-ledger leave L --round 1 --key anna.json --operator-key operator.json
              nous-ledger: error: the roster of round 1 is fixed; the first round to be opened is 2
              [65]
              $ nous-ledger roster L --round 2
              nous-ledger: error: round 2 is not open
              [1]
              $ nous-ledger open L --round 2 --operator-key operator.json
              nous-ledger: error: round 2 cannot be opened before round 1 is settled
              [1]
              $ nous-ledger settle L --round 1 --close-undecided --operator-key operator.json | head -1 | cut -f 1
              round 1
              $ nous-ledger settle L --round 2 --operator-key operator.json
              nous-ledger: error: round 2 is not open
              [1]
              $ nous-ledger open L --round 2 --operator-key operator.json | jq '.workers | length'
              4
              $ nous-ledger settle L --round 2 --operator-key operator.json
              nous-ledger: error: round 2 has no contributions
              hint: append some, or settle with --empty
              [1]
              $ nous-ledger settle L --round 2 --empty --operator-key operator.json | cut -f 1
              round 2
              $ nous-ledger roster L --round 1 | cmp - roster.json
            """)
    }

    @Test("takes in no work and no verdict whose signature does not hold")
    func falseSignatures() throws {
        try play(
            """
              $ cp -r L other; nous-ledger append other --operator-key operator.json anna.contribution
              $ nous-ledger log --json other | jq -c '.body | select(.type == "contribution")' > sealed
              $ cp -r L before; jq -c '.manifest |= (.[:-40] + "AAAAAAAA" + .[-32:])' sealed | nous-ledger append L --operator-key operator.json -
              nous-ledger: error: ...
              [65]
              $ diff -r L before; nous-ledger append L --operator-key operator.json sealed; diff -r L other; cp -r L sealed-work
              $ head -1 verdicts.ndjson | jq -c '.reason = "other"' | nous-ledger append L --operator-key operator.json -
              nous-ledger: error: ...
              [65]
              $ diff -r L sealed-work; head -1 verdicts.ndjson | nous-ledger append L --operator-key operator.json -
            """)
    }

    @Test("counts a worker with the speed that its stake backs, whatever it declares")
    func backedSpeed() throws {
        try play(
            """
              $ nous-ledger init B --run run.yaml --operator-key operator.json --verifier $(nous-ledger keygen --public verifier.json) --stake-per-throughput 10 --grant $(nous-ledger keygen --public anna.json)=100
              $ nous-ledger join B --key anna.json --stake 9 --throughput 1 --operator-key operator.json
              nous-ledger: error: field 'stake': expected at least 10, found 9
              [65]
              $ nous-ledger join B --key anna.json --stake 100 --throughput 1099511627776 --operator-key operator.json
              $ nous-ledger open B --round 1 --operator-key operator.json | jq -c '.workers[] | [.stake, .throughput]'
              ["100",10]
            """)
    }

    @Test("leaves out a record too long for a line, and touches nothing that is no ledger")
    func oversized() throws {
        let transcript = try CommandTranscript()
        defer { transcript.remove() }
        try LedgerRound.write(to: transcript)
        let long = LedgerRound.contribution("anna", tokens: 1, padding: 65_000)
        try Data(long.fileBytes())
            .write(to: transcript.directory.appending(path: "long.contribution"))
        try transcript.play(
            """
              $ nous-ledger append L --skip-bad --operator-key operator.json long.contribution boris.contribution 2>&1 | cut -c-53
              nous-ledger: error: long.contribution: contribution: 
              nous-ledger: error: 1 of 2 records were not appended
              $ nous-ledger log L | grep -c contribution
              1
              $ nous-ledger audit -q L | head -1
              ok: 6 entries, 8 signatures, 0 rounds settled
              $ nous-ledger submit L long.contribution
              nous-ledger: error: long.contribution: contribution: expected a record of at most 65535 bytes, found 65635
              [65]
              $ mkfifo L/inbox/$(printf x | sha256sum | cut -c-64); touch L/inbox/$(printf 'bad\\377') L/inbox/notes; nous-ledger submit -q L anna.contribution
              $ nous-ledger seal L --operator-key operator.json 2>/dev/null | cut -f 1
              6
              $ rm -r L/inbox; mkdir other; nous-ledger append other --operator-key operator.json anna.contribution
              nous-ledger: error: cannot open 'other/checkpoint': No such file or directory
              [66]
              $ ls other
            """)
    }

    @Test("refuses what is not in order, and says what and where")
    func refusals() throws {
        let anna = LedgerRound.key("anna").publicKey.base58
        try play(
            """
              $ nous-ledger append L --operator-key operator.json verdicts.ndjson 2>&1 | cut -c-55
              nous-ledger: error: verdicts.ndjson: verdict 'accepted'
              $ nous-ledger append L --operator-key anna.json anna.contribution 2>&1 | cut -c-38
              nous-ledger: error: L: the log is kept
              $ nous-ledger join L --key anna.json --operator-key operator.json --stake 1
              nous-ledger: error: ANNA is a worker already
              [65]
              $ nous-ledger audit nowhere
              nous-ledger: error: cannot open 'nowhere/checkpoint': No such file or directory
              [66]
              $ nous-ledger init L --run run.yaml --operator-key operator.json --verifier ANNA
              nous-ledger: error: 'L' is a ledger with other terms
              hint: a ledger's terms never change; name another directory
              [73]
              $ (flock 9; nous-ledger append L --lock-timeout 0 --operator-key operator.json anna.contribution) 9>>L/lock
              nous-ledger: error: 'L/lock' is held by another process (waited 0 s)
              [75]
              $ nous-ledger log L > /dev/full
              nous-ledger: error: cannot write 'standard output': No space left on device
              [74]
            """.replacing("ANNA", with: anna))
    }

    @Test("appends the rest when told to skip what is bad, and ends with status 65")
    func skipBad() throws {
        try play(
            """
              $ head -c 100 anna.contribution > torn.contribution
              $ nous-ledger append L --skip-bad --operator-key operator.json torn.contribution boris.contribution 2>/dev/null
              [65]
              $ nous-ledger log L | grep -c contribution
              1
              $ nous-ledger append L --operator-key operator.json anna.contribution torn.contribution 2>/dev/null
              [65]
              $ nous-ledger log L | grep -c contribution
              1
            """)
    }

    @Test("notices a changed byte, a cut log, and a log that forgets")
    func damage() throws {
        try play(
            """
              $ cp -r L whole; cp L/checkpoint kept
              $ LC_ALL=C sed -i 's/"stake":"100"/"stake":"900"/' L/tile/entries/000.p/5; nous-ledger audit L 2>&1 | cut -c-70
              nous-ledger: error: L/tile/entries/000.p/5: entry 1: field 'signature'
              $ rm -r L; cp -r whole L; truncate -s -9 L/tile/entries/000.p/5; nous-ledger audit L
              nous-ledger: error: L/tile/entries/000.p/5: entry 4: the bundle ends too early
              [65]
              $ rm -r L; cp -r whole L; sed -i '2s/5/4/' L/checkpoint; nous-ledger audit L 2>/dev/null
              [65]
              $ rm -r L; cp -r whole L; touch L/tile/0/notes; nous-ledger audit L
              nous-ledger: error: L/tile/0/notes: expected only files of a log, found another
              [65]
              $ rm -r L; cp -r whole L; nous-ledger append L --operator-key operator.json anna.contribution
              $ nous-ledger audit L --expect-checkpoint kept | head -1
              ok: 6 entries, 8 signatures, 0 rounds settled
              $ nous-ledger audit L --trust-signatures-before kept | head -1
              ok: 6 entries, 8 signatures, 0 rounds settled
              $ nous-ledger audit whole --expect-checkpoint L/checkpoint
              nous-ledger: error: L/checkpoint: the log has 5 entries, the earlier checkpoint 6
              [65]
            """)
    }

    @Test("removes what an append that did not finish left behind, with a warning")
    func repair() throws {
        try play(
            """
              $ cp L/checkpoint old; nous-ledger append L --operator-key operator.json anna.contribution
              $ cp -r L whole; cp old L/checkpoint
              $ nous-ledger audit L | head -1
              nous-ledger: warning: L: 2 files of an append that did not finish
              ok: 5 entries, 6 signatures, 0 rounds settled
              $ nous-ledger append L --operator-key operator.json anna.contribution
              nous-ledger: warning: L: 2 files of an append that did not finish: removed
              $ diff -r L whole
            """)
    }

    @Test("takes records from anybody into its inbox, and seals them in an order of its own")
    func inbox() throws {
        let dora = LedgerRound.key("dora").publicKey.base58
        try play(
            """
              $ nous-ledger keygen -q -o dora.json --seed-from dora
              DORA
              $ nous-ledger transfer L --key operator.json --from-treasury --to DORA --amount 50 | nous-ledger submit -q L
              $ nous-ledger join L --key dora.json --stake 20 --round 2 | nous-ledger submit -q L
              $ nous-ledger transfer L --key dora.json --to treasury --amount 5 | nous-ledger submit -q L
              $ cat verdicts.ndjson | nous-ledger submit -q L - anna.contribution boris.contribution
              $ nous-ledger submit -q L boris.contribution; ls L/inbox | wc -l
              8
              $ nous-ledger audit --json L | jq .waiting
              8
              $ nous-ledger seal L --operator-key operator.json 2>warnings | wc -l
              7
              $ cut -d: -f2,4- warnings | cut -c-22
               warning: contribution
              $ nous-ledger log L | cut -f 1,2 | tail -n +6 | tr '\\t\\n' ' ,'
              5 transfer,6 join,7 transfer,8 contribution,9 contribution,10 verdict,11 verdict,
              $ nous-ledger seal L --operator-key operator.json --set-aside 2>/dev/null; ls L/inbox L/refused | wc -l
              4
              $ nous-ledger balance L DORA
              DORA\t0.25 NOUS\tstake 0.20 NOUS
              $ nous-ledger audit L | head -1
              ok: 12 entries, 17 signatures, 0 rounds settled
            """
            .replacing("DORA", with: dora)
            .replacing("ANNA", with: LedgerRound.key("anna").publicKey.base58))
    }

    @Test("does not follow a link in its inbox, nor say what it leads to")
    func link() throws {
        try play(
            """
              $ mkdir -p L/inbox; ln -s /etc/passwd L/inbox/$(printf '%064d' 7)
              $ nous-ledger seal L --operator-key operator.json 2>&1 | cut -d: -f4-
               cannot open 'L/inbox/0000000000000000000000000000000000000000000000000000000000000007': Too many levels of symbolic links
            """)
    }

    @Test("signs the same transfer once, whether it waits or is sealed, and goes on after it")
    func sameTransfer() throws {
        try play(
            """
              $ echo 'nous-ledger transfer L --key operator.json --from-treasury --to $(nous-ledger keygen --public anna.json) --amount 1 --number $1' > pay; chmod +x pay
              $ ./pay 1 > first; nous-ledger submit -q L first; ./pay 1 | cmp - first
              $ ./pay 2 | nous-ledger submit -q L; ./pay 1 | nous-ledger submit -q L; ls L/inbox | wc -l
              2
              $ nous-ledger seal L --operator-key operator.json | cut -f 1 | tr '\\n' ' '
              5 6 
              $ ./pay 1 | cmp - first; ./pay 1 | nous-ledger submit -q L; ./pay 3 | nous-ledger submit -q L
              $ nous-ledger seal L --operator-key operator.json | cut -f 1; ls L/inbox | wc -l
              7
              0
            """)
    }

    @Test("proves an entry to who has nothing but the proof, the entry and the log's key")
    func proof() throws {
        try play(
            """
              $ nous-ledger prove L 3 -o receipt.tlog-proof; head -2 receipt.tlog-proof
              c2sp.org/tlog-proof@v1
              index 3
              $ nous-ledger log L --json | sed -n 4p > entry; nous-ledger log L --json | sed -n 3p > other
              $ printf 'log %s\\nquorum none\\n' "$(nous-ledger log-key L)" > policy
              $ rm -r L; nous-ledger verify-proof receipt.tlog-proof --entry entry --policy policy | cut -c-18
              ok: entry 3 of 5, 
              $ nous-ledger verify-proof receipt.tlog-proof --entry other --policy policy
              nous-ledger: error: receipt.tlog-proof: the hashes do not lead from this entry to the root
              [1]
              $ sed -i 's/^index 3/index 2/' receipt.tlog-proof; nous-ledger verify-proof receipt.tlog-proof --entry entry --policy policy
              nous-ledger: error: receipt.tlog-proof: the hashes do not lead from this entry to the root
              [1]
            """)
    }

    @Test("has its checkpoint cosigned by a witness that refuses a log which forgets")
    func witness() throws {
        try play(
            """
              $ nous-ledger keygen -q -o witness.json --seed-from witness >key; cp -r L forgetful
              $ echo 'nous-ledger witness --key witness.json --name w.example --state seen --log-key "$(nous-ledger log-key L)" --time 1700000000 "$@"' > witness; chmod +x witness
              $ printf 'log %s\\nwitness W %s\\nquorum W\\n' "$(nous-ledger log-key L)" "$(./witness --print-key)" > policy
              $ nous-ledger audit L --policy policy
              nous-ledger: error: L/checkpoint: the quorum 'W' is missing: 0 of 1 witnesses cosigned
              [65]
              $ nous-ledger request L | ./witness | nous-ledger cosign L --policy policy
              $ nous-ledger audit L --policy policy | head -1
              ok: 5 entries, 6 signatures, 0 rounds settled
              $ nous-ledger append L --operator-key operator.json anna.contribution
              $ nous-ledger request L --old 4 | ./witness
              nous-ledger: error: the last checkpoint cosigned has 5 entries, not 4
              hint: make the request with --old 5
              [1]
              $ nous-ledger request L --old 5 | ./witness | nous-ledger cosign L --policy policy; cat seen | sed -n 2p
              6
              $ nous-ledger append forgetful --operator-key operator.json boris.contribution anna.contribution
              $ nous-ledger request forgetful --old 6 | ./witness
              nous-ledger: error: the log does not continue the one of 6 entries cosigned before
              [65]
            """)
    }

    @Test("loses and doubles nothing when eight write at once")
    func writersAtOnce() throws {
        try play(
            """
              $ TO=$(nous-ledger keygen --public anna.json); for w in 1 2 3 4 5 6 7 8; do (for i in 1 2 3; do nous-ledger transfer L --key operator.json --from-treasury --to $TO --amount 1 --number $w$i --operator-key operator.json --lock-timeout 100; done) & done; wait
              $ nous-ledger log L --json | jq -r .body.number | grep -v null | sort -u | wc -l
              24
              $ nous-ledger audit L | head -1
              ok: 29 entries, 30 signatures, 0 rounds settled
            """)
    }
}
