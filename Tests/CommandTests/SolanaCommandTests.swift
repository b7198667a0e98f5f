import Foundation
import Testing

@Suite("nous-ledger solana")
struct SolanaCommandTests {
    static let hash = "GfVcyD4kkTrj4bKc7WA9sZCin9JDbdT4Zkd3EittNR1W"

    /// Plays a transcript beside keys of the payer, a second signer, and recipients.
    private func play(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let transcript = try CommandTranscript()
        defer { transcript.remove() }
        let setup = """
            for name in payer second mint anna boris cheat; do
              nous-ledger keygen -q --seed-from $name -o $name.json > $name
            done
            printf 'recipient,amount\\n%s,5\\n%s,7\\n%s,3\\n' $(cat boris anna boris) > list.csv
            """
        #expect(try transcript.execute(setup).errors.isEmpty)
        let token = "--mint $(cat mint) --decimals 6"
        try transcript.play(
            text.replacing("HASH", with: Self.hash).replacing("TOKEN", with: token),
            sourceLocation: sourceLocation)
    }

    @Test("pays a list: the same bytes for the same list, and each line says what it does")
    func payout() throws {
        try play(
            """
              $ nous-ledger solana payout TOKEN --payer $(cat payer) --blockhash HASH --create-accounts list.csv > unsigned
              $ jq -c '[.type,.batch,.batches,.total,(.payments|length),.size,.memo,.id,(.missing|length)]' unsigned
              ["payout",1,1,"15",2,478,null,null,1]
              $ jq -r '.payments[].amount' unsigned | sort | tr '\\n' ' '
              7 8 
              $ tac list.csv | (echo recipient,amount; grep -v amount) | nous-ledger solana payout TOKEN --payer $(cat payer) --blockhash HASH --create-accounts | cmp - unsigned
              $ for name in boris anna; do echo "{\\"account\\":\\"$(cat $name)\\",\\"amount\\":\\"$(test $name = anna && echo 7 || echo 8)\\"}"; done | nous-ledger solana payout TOKEN --payer $(cat payer) --blockhash HASH --create-accounts -o again -; cmp again unsigned

            Signed at once or afterwards, the bytes are the same.

              $ nous-ledger solana sign --key payer.json unsigned > signed
              $ nous-ledger solana payout TOKEN --key payer.json --blockhash HASH --create-accounts list.csv | cmp - signed
              $ jq -r .transaction signed | nous-ledger solana inspect - | grep -v '^\\s'
              transaction\t...
              size\t478 bytes, v0
              payer\t...
              fee\t5000 lamports at most
              blockhash\tHASH
              0\tassociated-token create-idempotent
              1\ttoken transfer-checked amount="..." decimals=6
              2\tassociated-token create-idempotent
              3\ttoken transfer-checked amount="..." decimals=6
              $ nous-ledger solana inspect --ids signed | cmp - <(jq -r .id signed)
            """)
    }

    @Test("signs only what a line says, and takes signatures made elsewhere")
    func signing() throws {
        try play(
            """
              $ nous-ledger solana payout TOKEN --payer $(cat payer) --authority $(cat second) --blockhash HASH list.csv > unsigned
              $ sed 's/"amount":"7"/"amount":"1"/' unsigned | nous-ledger solana sign --key payer.json
              nous-ledger: error: standard input: line 1: instruction ..., token transfer-checked, does not belong to the stated payments
              [65]
              $ nous-ledger solana sign --list list.csv unsigned | cmp - unsigned
              $ sed -i 's/,3/,4/' list.csv; nous-ledger solana sign --list list.csv unsigned
              nous-ledger: error: the lines do not pay the list: 2 payments for 2
              [65]
              $ nous-ledger solana sign --key anna.json unsigned
              nous-ledger: error: ... is no signer of any of the transactions
              [65]
              $ nous-ledger solana sign --complete --key payer.json unsigned > half
              nous-ledger: error: the signature of ... is missing
              [1]
              $ nous-ledger solana sign --key second.json unsigned | nous-ledger solana inspect --offline > elsewhere
              $ jq -c '[.blockhash,(.signers|length),(.absent|length)]' elsewhere
              ["HASH",1,1]
              $ nous-ledger solana sign --complete --signatures elsewhere half > signed
              $ nous-ledger solana sign --complete --signer $(jq -r '.signers[0]' elsewhere) half | cmp - signed
              $ nous-ledger solana sign --complete --key second.json --key payer.json unsigned | cmp - signed
              $ nous-ledger solana sign --signer $(jq -r '.signers[0]' elsewhere | sed s/=/=1/) half
              nous-ledger: error: --signer: expected ADDRESS=SIGNATURE in base58, found ...
              [64]
            """)
    }

    @Test("needs a nonce for each transaction")
    func nonces() throws {
        try play(
            """
              $ nous-ledger solana nonce create --count 9 --key payer.json --blockhash HASH | jq -c '[.size,(.instructions|length),(.missing|length)]'
              [1145,10,0]
              [962,8,0]
              $ nous-ledger solana nonce list --count 9 --base $(cat payer) | sort -u | wc -l
              9
              $ echo '{"result":{"value":[null]}}' | nous-ledger solana nonce read --base $(cat payer)
              nous-ledger: error: standard input: account 0: there is no such account
              [65]
              $ : > none; nous-ledger solana payout TOKEN --payer $(cat payer) --nonces none list.csv
              nous-ledger: error: expected durable nonces, found none
              [65]
              $ nous-ledger solana payout TOKEN --payer $(cat payer) list.csv 2>&1 | head -1
              nous-ledger: error: give either --blockhash or --nonces
            """)
    }

    @Test("makes trees and claims, and checks them first")
    func distributors() throws {
        try play(
            """
              $ nous-ledger solana tree list.csv > tree.json
              $ nous-ledger solana tree --from-tree tree.json | cmp - tree.json
              $ nous-ledger solana tree --from-tree --shape jupiter --tree-version 3 tree.json | jq -c '[.airdrop_version,.max_num_nodes,.total_unlocked_amount,.total_locked_amount]'
              [3,2,15,0]
              $ nous-ledger solana tree --summary list.csv | jq -c '[.claims,.total]'
              [2,"15"]
              $ nous-ledger solana distributor --mint $(cat mint) --key payer.json --start 20 --end 30 --clawback 86429 --now 10 --blockhash HASH tree.json
              nous-ledger: error: the clawback, 86429, must be at least 86400 seconds after the end, 30
              [65]
              $ nous-ledger solana distributor --mint $(cat mint) --key payer.json --fund-decimals 6 --start 20 --end 30 --clawback 86430 --now 10 --blockhash HASH tree.json | jq -c .instructions
              ["distributor new-distributor","token transfer-checked"]
              $ nous-ledger solana claim --mint $(cat mint) --key anna.json --create-account --blockhash HASH tree.json | jq -c .instructions
              ["associated-token create-idempotent","distributor new-claim"]
              $ nous-ledger solana claim --mint $(cat mint) --key cheat.json --blockhash HASH tree.json
              nous-ledger: error: tree.json: there is no claim of ...
              [1]
            """)
    }

    @Test("says whom a payout did not reach")
    func reconciling() throws {
        try play(
            """
              $ nous-ledger solana payout TOKEN --key payer.json --blockhash HASH list.csv > signed
              $ echo '{"result":{"context":{"slot":1},"value":[{"err":null,"confirmationStatus":"finalized"}]}}' > good
              $ nous-ledger solana reconcile --payout signed good | cut -f 2-
              paid\t...
              paid\t...
              paid 2 with 15
              $ echo '{"result":null}' | nous-ledger solana reconcile --payout signed --json - | tail -1
              {"type":"payments","paid":{"recipients":0,"amount":"0"},"failed":{"recipients":0,"amount":"0"},"unknown":{"recipients":2,"amount":"15"},"different":{"recipients":0,"amount":"0"},"consistent":true,"payout":"..."}
              $ echo '{"result":null}' | nous-ledger solana reconcile --payout signed - > /dev/null
              [1]
              $ echo '{"result":{"value":[null,null]}}' | nous-ledger solana reconcile --payout signed -
              nous-ledger: error: expected the statuses of 1 transactions in their order, found 2
              [65]
            """)
    }

    @Test("refuses what is damaged or unclear, and leaves nothing behind")
    func refusals() throws {
        try play(
            """
              $ nous-ledger solana payout TOKEN --payer nobody --blockhash HASH list.csv
              nous-ledger: error: --payer: expected a base58 address, found 'nobody'
              [64]
              $ sed -i 's/,3/,0/' list.csv; nous-ledger solana payout TOKEN --payer $(cat payer) --blockhash HASH -o out list.csv
              nous-ledger: error: list.csv: line 4: ... is paid nothing
              [65]
              $ ls out
              ls: cannot access 'out': No such file or directory
              [2]
              $ echo AQAB | nous-ledger solana inspect
              nous-ledger: error: standard input: line 1: signatures: expected 64 bytes, found 2
              [65]
              $ echo gQEAAQ== | nous-ledger solana inspect
              nous-ledger: error: standard input: line 1: expected a legacy transaction or version 0, found version 1
              [65]
              $ nous-ledger solana payout TOKEN --payer $(cat payer) --blockhash HASH nowhere.csv
              nous-ledger: error: cannot open 'nowhere.csv': No such file or directory
              [66]
            """)
    }
}
