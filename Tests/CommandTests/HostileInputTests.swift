import Foundation
import Testing

/// Inputs that somebody made to do harm, at a size for every run; `make test-hostile` has the rest.
@Suite("nous-shard with hostile input")
struct HostileInputTests {
    private func play(_ text: String) throws {
        let transcript = try CommandTranscript()
        defer { transcript.remove() }
        try transcript.play(
            """
              $ seq 2000 > numbers; nous-shard tokenizer --vocabulary-size 300 -o t.json numbers
            """)
        try transcript.play(text)
    }

    @Test("names, links and devices of an archive lead nowhere")
    func names() throws {
        try play(
            """
              $ mkdir -p in/a && echo 'one two three four five six seven' > in/a/x && ln -s /etc/passwd in/a/link && mkfifo in/a/fifo
              $ tar -cPf bad.tar --transform 's,in/a/x,../../escaped,' in/a && mkdir w && cd w && nous-shard pack -t ../t.json --sequence-length 8 -o c ../bad.tar && tar --zstd -xOf c/shards/* documents.jsonl | grep -o '"source".*"span'
              "source":"bad.tar/../../escaped","span
              $ ls -d ../escaped ../../escaped w/escaped 2> log
              [2]
              $ ls w
              c
            """)
    }

    @Test("NULs and bytes that are nowhere UTF-8 are counted, not feared")
    func bytes() throws {
        try play(
            """
              $ { echo x; head -c 100000 /dev/zero; } > nul; printf '\\377\\300\\342\\202\\n%.0s' $(seq 10000) > bad
              $ nous-shard pack -t t.json --sequence-length 64 -o c --split-documents 4096 nul bad
              $ nous-shard inspect --json c | grep -o '"repaired":[0-9]*,"replacements":[0-9]*'
              "repaired":13,"replacements":30000
              $ nous-shard pack -t t.json --sequence-length 64 -o d --split-documents 4096 --invalid-utf8 skip nul bad
              $ nous-shard inspect --json d | grep -o '"documents":[0-9]*' | head -1
              "documents":26
            """)
    }

    @Test("a bomb, a stack of archives and a record without end are refused in one line")
    func bombs() throws {
        try play(
            """
              $ head -c 100000000 /dev/zero | tr '\\0' x | gzip -9 | gzip -9 > bomb; wc -c < bomb
              ...
              $ nous-shard pack -t t.json --sequence-length 64 -o c --max-bytes 100 bomb
              nous-shard: error: bomb: more than 256 times its own bytes when decompressed, which is the limit
              [65]
              $ gzip < numbers | zstd -q | gzip > thrice; nous-shard pack -t t.json --sequence-length 64 -o c thrice
              nous-shard: error: thrice: compressed 3 times over, and the limit is 2
              [65]
              $ cp numbers 0; for i in 0 1 2 3 4; do tar czf $((i + 1)) $i; done; nous-shard pack -t t.json --sequence-length 64 -o c 5
              nous-shard: error: 5/4/3/2/1: archives nested deeper than 4 levels, which is the limit
              [65]
              $ { printf '{"text":"'; printf 'word%.0s' $(seq 200000); } | nous-shard pack -t t.json --sequence-length 64 -o c --format jsonl -
              nous-shard: error: -:1: at byte ...
              [65]
              $ ls -d c
              ls: cannot access 'c': No such file or directory
              [2]
            """)
    }

    @Test("many small members are as many documents")
    func members() throws {
        try play(
            """
              $ mkdir m; for i in $(seq 3000); do echo $i > m/$i; done; tar czf m.tgz m
              $ nous-shard pack -t t.json --sequence-length 64 -o c m.tgz && nous-shard inspect --json c | grep -o '"documents":[0-9]*' | head -1
              "documents":3000
            """)
    }
}
