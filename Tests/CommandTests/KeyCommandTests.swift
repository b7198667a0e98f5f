import Foundation
import Identity
import Testing

@Suite("nous-ledger, about keys and directories", .serialized)
struct KeyCommandTests {
    /// Plays a transcript beside the files of one small round, and of more keys; capitals are the keys.
    func play(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let transcript = try CommandTranscript()
        defer { transcript.remove() }
        try LedgerRound.write(to: transcript)
        var text = text
        for name in ["new", "cold", "thief", "anna", "boris", "operator"] {
            let key = LedgerRound.key(name)
            try Data(key.solanaJSON).write(
                to: transcript.directory.appending(path: "\(name).json"))
            text = text.replacing(name.uppercased(), with: key.publicKey.base58)
        }
        try transcript.play(text, sourceLocation: sourceLocation)
    }

    @Test("puts a new key in the place of an old one between rounds")
    func rotation() throws {
        try play(
            """
              $ nous-ledger rotate L --key anna.json --new-key new.json | nous-ledger submit -q L -
              $ nous-ledger seal L --operator-key operator.json 2>&1 | grep -o 'round 1 is open, and its roster fixed'
              round 1 is open, and its roster fixed
              $ nous-ledger seal -q L --operator-key operator.json --set-aside; ls L/inbox | wc -l
              1
              $ nous-ledger append L --operator-key operator.json *.contribution verdicts.ndjson
              $ nous-ledger settle L --round 1 --operator-key operator.json > /dev/null
              $ nous-ledger seal -q L --operator-key operator.json
              $ nous-ledger balance L NEW
              NEW\t7.50 NOUS\tstake 1.00 NOUS
              $ nous-ledger explain L NEW | tail -n 3
              12\t+7.50 NOUS\t7.50 NOUS\tin the place of ANNA
              12\t+1.00 NOUS\tstake 1.00 NOUS\tin the place of ANNA
              total\t7.50 NOUS\tstake 1.00 NOUS
              $ nous-ledger leave L --key anna.json | nous-ledger append L --operator-key operator.json - 2>&1 | sed 's/.*ANNA is/ANNA is/'
              ANNA is retired: another key took its place
              $ nous-ledger open L --round 2 --operator-key operator.json | jq -r '.workers[].worker' | grep -c -e NEW -e ANNA
              1
              $ nous-ledger audit -q L | head -n 1
              ok: 14 entries, 22 signatures, 1 rounds settled
            """)
    }

    @Test("gives a stolen key's place to its owner's new key, and not to the thief's")
    func recovery() throws {
        try play(
            """
              $ nous-ledger recovery L --key anna.json --recovery COLD --operator-key operator.json
              $ nous-ledger recovery L --key anna.json --recovery COLD --operator-key operator.json
              $ nous-ledger recovery L --key anna.json --recovery THIEF --operator-key operator.json 2>&1 | sed 's/.*named/named/'
              named by COLD
              $ nous-ledger settle L --round 1 --empty --operator-key operator.json > /dev/null
              $ nous-ledger rotate L --key anna.json --new-key thief.json --operator-key operator.json
              nous-ledger: error: ANNA is replaced by a word of COLD, not of ANNA
              [65]
              $ nous-ledger rotate L --key cold.json --of ANNA --new-key new.json --operator-key operator.json
              $ nous-ledger rotate L --key cold.json --of ANNA --new-key new.json --operator-key operator.json
              $ nous-ledger balance L NEW
              NEW\t0.00 NOUS\tstake 1.00 NOUS
              $ nous-ledger log L | tail -n 1
              7\trotation\tANNA\tto NEW
            """)
    }

    @Test("tries out a file system")
    func doctor() throws {
        try play(
            """
              $ mkdir shared; nous-ledger doctor shared --json | jq -r 'select(.subject != "mount") | [.subject, .good] | @tsv' | tr '\\t' ' '
              space true
              fsync true
              rename true
              lock true
              process true
              $ ls -A shared
              $ (flock 9; nous-ledger doctor shared --probe) 9> shared/.nous-doctor.tmp
              nous-ledger: error: 'shared/.nous-doctor.tmp' is held by another process (waited 0 s)
              [75]
              $ nous-ledger doctor shared --probe
              free
              $ (flock 9; nous-ledger doctor shared 2>/dev/null; echo $?; nous-ledger doctor shared --probe 2>/dev/null; echo $?) 9> shared/.nous-doctor.tmp
              75
              75
              $ nous-ledger doctor nowhere
              nous-ledger: error: 'nowhere' is no directory
              [66]
            """)
    }
}
