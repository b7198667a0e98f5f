import Foundation
import Testing

@Suite("nous-shard")
struct ShardCommandTests {
    /// Plays a transcript beside a directory of 40 short texts.
    func play(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let transcript = try CommandTranscript()
        defer { transcript.remove() }
        try transcript.play(
            """
              $ mkdir text; for i in $(seq 40); do seq -s ' ' $i $((3 * i)) > text/$i; done
              $ nous-shard tokenizer --vocabulary-size 300 -o t.json text
            """, sourceLocation: sourceLocation)
        try transcript.play(text, sourceLocation: sourceLocation)
    }

    @Test("packs text, and anybody gets the same corpus")
    func pack() throws {
        try play(
            """
            A directory, an archive of it and a stream of that give the same rows.

              $ nous-shard pack -t t.json --sequence-length 16 --held-out 10% -o a text
              $ tar --sort=name -cf x.tar -C text . && zstd -q x.tar
              $ nous-shard pack -t t.json --sequence-length 16 --held-out 10% -o b x.tar.zst
              $ nous-shard pack -t t.json --sequence-length 16 --held-out 10% -o c - < x.tar
              $ roots() { nous-shard inspect --json $1 | grep -o '"root":"[^"]*"'; }; diff <(roots a) <(roots b) && diff <(roots b) <(roots c)

            Doing it again changes nothing, and nothing else is replaced.

              $ sha256sum a/*.zst a/shards/* > before
              $ nous-shard pack -t t.json --sequence-length 16 --held-out 10% -o a text
              $ sha256sum --quiet -c before
              $ nous-shard pack -t t.json --sequence-length 17 --held-out 10% -o a text
              nous-shard: error: cannot create 'a': File exists
              [73]
              $ ls -A
              a
              b
              before
              c
              t.json
              text
              x.tar
              x.tar.zst

            The parts of a shard open with ordinary tools.

              $ for f in a/shards/*; do tar --zstd -xOf $f MANIFEST | head -1; done
              nous-tools shard v1
              nous-tools shard v1
              $ mkdir s && tar --zstd -xf a/shards/$(ls a/shards | head -1) -C s
              $ cd s && tail -n +2 MANIFEST | sha256sum --quiet -c
            """)
    }

    @Test("takes the text of a special token for the token only when told")
    func specialTokens() throws {
        try play(
            """
              $ printf 'a<|endoftext|>' | nous-shard encode -t t.json --special-tokens
              65 0
            """)
    }

    @Test("imports .tiktoken files")
    func importing() throws {
        try play(
            """
              $ for i in $(seq 0 255); do echo "$(printf "\\x$(printf %x $i)" | base64) $i"; done > x.tiktoken
              $ echo 'YWI= 256' >> x.tiktoken
              $ nous-shard tokenizer import --pattern gpt2 -o x.json x.tiktoken
              $ printf 'abc<|endoftext|>' | nous-shard encode -t x.json --special-tokens
              256 99 50256
              $ head -1 x.tiktoken | nous-shard tokenizer import --pattern gpt2 -
              nous-shard: error: standard input: tokenizer: no token for byte 01
              [65]
            """)
    }

    @Test("encodes and decodes as filters")
    func filters() throws {
        try play(
            """
              $ cat text/7 | nous-shard encode -t t.json | nous-shard decode -t t.json | cmp - text/7
              $ printf '<|endoftext|>' | nous-shard encode -t t.json | grep -cw 0
              0
              [1]
              $ printf '"a"\\n"b"\\n' | nous-shard encode -t t.json --json-lines
              65
              66
              $ echo 66 x | nous-shard decode -t t.json
              nous-shard: error: standard input: expected a token id, found "x"
              [65]
              $ echo 300 | nous-shard decode -t t.json
              nous-shard: error: token 300 is not below the vocabulary size 300
              [65]
            """)
    }

    @Test("shows what is in a corpus")
    func inspect() throws {
        try play(
            """
              $ nous-shard pack -t t.json --sequence-length 16 --held-out 10% -o c text
              $ nous-shard inspect c
              corpus           ...
              tokenizer        ...
              vocabulary       300
              sequence length  16
              packing          concatenate
              train root       ...
              train rows       ... in 1 shards
              train text       ... documents, ... bytes, ... tokens (... dropped)
              held-out root    ...
              held-out rows    ... in 1 shards
              held-out text    ... documents, ... bytes, ... tokens (... dropped)
              $ nous-shard cat c 0 | head -c 3
              1 2
              $ nous-shard cat --ids c 0 1 | wc -w
              34
              $ nous-shard cat c 100000
              nous-shard: error: no sequence 100000 in 'c': there are ...
              [64]
            """)
    }

    @Test("proves that a sequence is in a corpus, to whoever has the root alone")
    func proofs() throws {
        try play(
            """
              $ nous-shard pack -t t.json --sequence-length 16 --held-out 10% --shard-rows 8 -o c text
              $ nous-shard prove c 3 17-19 > proofs; nous-shard prove --held-out c 0 > other; wc -l < proofs
              4
              $ root=$(nous-shard inspect c | awk '/^train root/ { print $3 }'); mv c elsewhere; echo $root > root
              $ nous-shard check proofs --root $(cat root)
              proofs: train sequence 3 of ... is in ...
              proofs: train sequence 17 of ... is in ...
              proofs: train sequence 18 of ... is in ...
              proofs: train sequence 19 of ... is in ...
              $ nous-shard inspect other
              proof of         held-out sequence 0 of ...
              root             ...
              made from        corpus ...
              row              34 bytes
              path             ... hashes

            The row is there for everybody to read, and no other root will do.

              $ head -1 proofs | grep -o '"row":"[^"]*' | cut -c8- | base64 -d | od -An -v -tu2 -w34 | tr -s ' ' > row; nous-shard cat --ids elsewhere 3 | sed 's/^/ /' | cmp - row
              $ nous-shard check other --root $(cat root)
              nous-shard: error: other: not a proof of held-out sequence 0 in ...
              [1]
              $ sed 's/"sequence":3/"sequence":4/' proofs | nous-shard check - --root $(cat root)
              nous-shard: error: standard input: not a proof of train sequence 4 in ...
              [1]
              $ sed 's/"path":/"paths":/' proofs | nous-shard check - --root $(cat root)
              nous-shard: error: standard input: line 1: sequence proof: ...
              [65]
              $ nous-shard check proofs
              nous-shard: error: a proof is checked against a root
              hint: give --root
              [64]
              $ nous-shard prove elsewhere 3-100000
              nous-shard: error: no sequence ... in 'elsewhere': there are ...
              [64]
            """)
    }

    @Test("finds damage to a corpus, naming shard and sequences")
    func check() throws {
        try play(
            """
              $ nous-shard pack -t t.json --sequence-length 16 --shard-rows 8 -o c text
              $ nous-shard check c --root $(nous-shard inspect c | awk '/^train root/ { print $3 }')
              c: ... sequences to train on and 0 held out are whole; the data root is ...
              $ nous-shard check c --root $(sha256sum < t.json | cut -c-64)
              nous-shard: error: c: expected the data root ..., found ...
              [1]

            One byte less in the third shard, and the fifth is gone.

              $ nous-shard inspect --json c | grep -o '"digest":"[^"]*","rows"' | cut -c11-74 > shards
              $ f=c/shards/$(sed -n 3p shards).tar.zst; (head -c 99 $f; tail -c +101 $f) > x; mv x $f; rm c/shards/$(sed -n 5p shards).tar.zst
              $ nous-shard check c > lines
              nous-shard: error: c: the corpus is damaged
              [65]
              $ sed 's/[0-9a-f]\\{64\\}/DIGEST/' lines
              c/shards/DIGEST.tar.zst: train sequences 16-23 damaged: frame 0: ...
              c/shards/DIGEST.tar.zst: train sequences 32-39 damaged: No such file or directory
              $ for n in 3 5; do sed -n ${n}p shards | grep -cf - lines; done
              1
              1
              $ nous-shard check --json c 2> err | grep -c '^{"type":"damage",.*"sequences":\\[\\[.*\\]\\],"lost":true'
              2

            What is whole can still be read.

              $ nous-shard cat --ids c 0-15 24-31 40 | wc -l
              25
              $ nous-shard cat c 16
              nous-shard: error: c/shards/...: frame 0: ...
              [65]
            """)
    }

    @Test("assigns every batch of a round to somebody")
    func assign() throws {
        let (anna, boris) = (
            "83WBu5k4u4pcUGR2hF2VVrNyza47aiatdRycd7zswY73",
            "D9DifwBHfAGtN53NntePLkbSv7jJGdwD3PcG5jo1tEd5"
        )
        let vectors = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Vectors").path
        try play(
            """
              $ nous-shard pack -t t.json --sequence-length 16 -o c text
              $ root=$(nous-shard inspect --json c | grep -o '"train":{[^[]*' | grep -o '[0-9a-f]\\{64\\}'); sed "s/root: 0*/root: $root/" VECTORS/run/small.yaml > run.yaml
              $ run=$(sha256sum run.yaml | cut -c-64); echo '{"type":"roster","round":2,"run":"RUN","seed":"RUN","workers":[{"worker":"ANNA","throughput":3,"stake":"0"},{"worker":"BORIS","throughput":1,"stake":"0"}]}' | sed "s/RUN/$run/g" > roster

            Twelve batches of four, in proportion to throughput:

              $ nous-shard assign --run run.yaml --data c --roster roster > lines; wc -l < lines
              2
              $ nous-shard assign --run run.yaml --data c < roster | cmp - lines
              $ grep -o '"steps":[0-9]*,"batch":4' lines | sort
              "steps":3,"batch":4
              "steps":9,"batch":4
              $ nous-shard assign --run run.yaml --data c --worker ANNA < roster | grep -c ANNA
              1

            What does not fit is refused.

              $ nous-shard assign --run run.yaml --data c --worker x < roster
              nous-shard: error: worker 'x' is not in the roster
              [1]
              $ sed 's/"throughput":1/"throughput":0/' roster | nous-shard assign --run run.yaml --data c
              nous-shard: error: standard input: roster worker: field 'throughput': expected an integer from 1 to 1099511627776, found 0
              [65]
              $ echo '# another run' >> run.yaml; nous-shard assign --run run.yaml --data c < roster
              nous-shard: error: standard input: field 'run': ...
              [65]
              $ nous-shard pack -t t.json --sequence-length 8 -o other text
              $ nous-shard assign --run run.yaml --data other < roster
              nous-shard: error: other: field 'data root': ...
              [65]
            """.replacing("ANNA", with: anna).replacing("BORIS", with: boris)
                .replacing("VECTORS", with: vectors))
    }

    @Test("takes names of files from a list, and texts from records")
    func lists() throws {
        try play(
            """
              $ echo 'for c; do nous-shard inspect --json $c | grep -o "train.:{.root[^,]*"; done | uniq | wc -l' > roots
              $ nous-shard pack -t t.json --sequence-length 16 -o a text
              $ find text -type f | shuf | nous-shard pack -t t.json --sequence-length 16 -o b --files-from -
              $ find text -type f -print0 > list; nous-shard pack -t t.json --sequence-length 16 -o c --files-from list -0
              $ bash roots a b c
              1
              $ for i in $(ls text | LC_ALL=C sort); do printf '{"doc":{"text":"%s\\\\n"}}\\n' "$(cat text/$i)"; done | gzip > x.jsonl.gz
              $ nous-shard pack -t t.json --sequence-length 16 -o d --field doc.text --licence CC0-1.0 x.jsonl.gz
              $ bash roots a d
              1
              $ tar --zstd -xOf d/shards/* documents.jsonl | head -1
              {"bytes":6,"licence":"CC0-1.0",...,"source":"x.jsonl.gz:1","span":[0,...]}
              $ nous-shard pack -t t.json --sequence-length 16 -o e x.jsonl.gz
              nous-shard: error: x.jsonl.gz:1: missing field 'text'
              [65]
              $ nous-shard pack -t t.json --sequence-length 16 -o e --files-from - - 2>&1 | head -1
              nous-shard: error: standard input can be read once
              $ printf 'a\\0b\\n' > list; nous-shard pack -t t.json --sequence-length 16 -o e --files-from list
              nous-shard: error: list: expected the name of a file, found "a\\u{0}b"
              [65]
            """)
    }

    @Test("keeps what it is told to keep, and says what became of the rest")
    func curation() throws {
        try play(
            """
              $ cp text/7 text/7b; : > text/none; nous-shard pack -t t.json --sequence-length 16 -o a --deduplicate exact --min-bytes 15 --report report --dropped dropped text
              nous-shard: kept 37 documents, ... bytes, ... tokens, ... bytes a token
              nous-shard: dropped 3 documents, 30 bytes: too-few-bytes
              nous-shard: dropped 1 documents, 42 bytes: duplicate
              nous-shard: left out 1 empty files or records
              $ cut -c-40 report
              {"type":"corpus","documents":37,"bytes":
              {"type":"dropped","reason":"too-few-byte
              {"type":"dropped","reason":"duplicate","
              {"type":"source","name":"operands","read
              $ grep -c too-few-bytes dropped; grep duplicate dropped
              3
              {"bytes":42,"reason":"duplicate","sha256":"...","source":"7b"}
              $ nous-shard inspect --json a | grep -o '"dropped":{.*}},"train' | cut -c-70
              "dropped":{"too-few-bytes":{"bytes":30,"documents":3},"duplicate":{"by
            """)
    }

    @Test("mixes sources by weight, and leaves out what is to be measured on")
    func mixture() throws {
        try play(
            """
              $ mkdir a b; for i in $(seq 9); do cp text/2$i a; cp text/1$i b; done
              $ printf 'sources:\\n  - {name: a, paths: [a], weight: 2, licence: MIT}\\n  - {name: b, paths: [b], weight: 1}\\n' > s.yaml
              $ nous-shard pack -t t.json --sequence-length 16 -o c --sources s.yaml --report report
              nous-shard: kept ... documents, ... bytes, ... tokens, ... bytes a token
              nous-shard: the mixture ended with source 'a'
              $ tar --zstd -xOf c/shards/* documents.jsonl | head -3 | grep -o '^.*"sha' | sort
              {"bytes":...,"collection":"a","licence":"MIT","sha
              {"bytes":...,"collection":"a","licence":"MIT","sha
              {"bytes":...,"collection":"b","sha
              $ echo 'then: 20 21, 22. 23 24 25 26 27 28 29 30 31 32 33' > held
              $ nous-shard pack -t t.json --sequence-length 16 -o d --decontaminate held text
              nous-shard: kept 29 documents, ... bytes, ... tokens, ... bytes a token
              nous-shard: dropped 11 documents, ... bytes: contaminated
              $ echo 'too short' > short; nous-shard pack -t t.json --sequence-length 16 -o f --decontaminate short text
              nous-shard: warning: 1 of 1 texts to be measured on have fewer than 13 words and were not looked for
              $ nous-shard pack -t t.json --sequence-length 16 -o e --sources s.yaml text 2>&1 | head -1
              nous-shard: error: --sources takes the place of operands and --files-from
              $ sed -i 's/name: b/nam: b/' s.yaml; nous-shard pack -t t.json --sequence-length 16 -o e --sources s.yaml
              nous-shard: error: s.yaml: source 2: source: missing field 'name'
              [65]
            """)
    }

    @Test("says what is wrong, and leaves nothing behind")
    func failures() throws {
        try play(
            """
              $ nous-shard pack -t t.json --sequence-length 16 -o c missing
              nous-shard: error: cannot open 'missing': No such file or directory
              [66]
              $ : > empty; nous-shard pack -t t.json --sequence-length 16 -o c empty
              nous-shard: error: no row to train on: 0 tokens in 0 documents, and a row takes 17
              [65]
              $ tar czf x.tgz text; head -c 500 x.tgz | nous-shard pack -t t.json --sequence-length 16 -o c -
              nous-shard: error: standard input: the archive or compressed stream is damaged (...)
              [65]
              $ printf 'a\\377b' > bad; nous-shard pack -t t.json --sequence-length 16 --invalid-utf8 refuse -o c bad
              nous-shard: error: bad: byte 1 is not UTF-8
              [65]
              $ nous-shard pack -t text/1 --sequence-length 16 -o c text
              nous-shard: error: text/1: ...
              [65]
              $ nous-shard pack -t t.json --sequence-length 0 -o c text 2>&1 | head -1
              nous-shard: error: --sequence-length must be from 1 to 1048576
              $ nous-shard pack -t t.json --sequence-length 16 --held-out 101% -o c text > log 2>&1
              [64]
              $ ls -A
              bad
              empty
              log
              t.json
              text
              x.tgz
              $ nous-shard inspect text
              nous-shard: error: cannot open 'text/corpus.tar.zst': No such file or directory
              [66]
              $ nous-shard encode -t t.json text/1 > /dev/full
              nous-shard: error: cannot write 'standard output': No space left on device
              [74]
            """)
    }

    @Test("refuses a shard with one flipped bit, by name")
    func damage() throws {
        try play(
            """
              $ nous-shard pack -t t.json --sequence-length 16 -o c text
              $ f=$(ls c/shards/*); printf 'X' | dd of=$f bs=1 seek=700 conv=notrunc status=none
              $ nous-shard inspect c
              nous-shard: error: c/shards/....tar.zst: ...
              [65]
            """)
    }

    @Test("has an example in the help of every command")
    func help() throws {
        let transcript = try CommandTranscript()
        defer { transcript.remove() }
        for command in [
            "tokenizer", "pack", "check", "prove", "cat", "find", "inspect", "export", "import",
            "assign", "roster", "committee", "encode", "decode",
        ] {
            let text = try transcript.run("nous-shard \(command) --help")
            #expect(text.contains("\n  nous-shard \(command)") || text.contains("| nous-shard"))
        }
    }
}
