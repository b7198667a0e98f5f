import Foundation
import Testing

/// What goes out of a corpus and comes in, and what no machine may change about it.
@Suite("nous-shard between machines and trainers")
struct ShardExchangeTests {
    @Test("exports for other trainers and takes it back")
    func exchange() throws {
        try ShardCommandTests().play(
            """
              $ nous-shard pack -t t.json --sequence-length 16 -o c text
              $ for f in nanogpt llm.c megatron; do nous-shard export --format $f -o $f c; done; ls nanogpt llm.c megatron | grep .
              llm.c:
              train_000000.bin
              megatron:
              train.bin
              train.idx
              nanogpt:
              train.bin
              $ tail -c +1025 llm.c/train_000000.bin | cmp - nanogpt/train.bin && cmp megatron/train.bin nanogpt/train.bin

            All three come back as the same rows.

              $ nous-shard import --format nanogpt -t t.json --sequence-length 16 -o n nanogpt/train.bin
              $ nous-shard import --format llm.c -t t.json --sequence-length 16 -o l llm.c/train_000000.bin
              $ nous-shard import --format megatron -t t.json --sequence-length 16 -o m megatron/train.bin
              $ for d in c n l m; do nous-shard inspect $d | grep '^train root'; done | uniq | wc -l
              1
              $ nous-shard cat c 0-40 > c.txt; nous-shard cat m 0-40 | cmp - c.txt

            Doing it again changes nothing, and nothing else is replaced.

              $ sha256sum megatron/* > before; nous-shard export --format megatron -o megatron c && sha256sum --quiet -c before
              $ nous-shard export --format nanogpt -o megatron c
              nous-shard: error: cannot create 'megatron': File exists
              [73]
              $ sha256sum --quiet -c before

            Files that are cut or of another kind are refused.

              $ head -c 7 nanogpt/train.bin > cut; nous-shard import --format nanogpt -t t.json --sequence-length 16 -o x cut
              nous-shard: error: cut: expected tokens of 2 bytes, found 7 bytes
              [65]
              $ nous-shard import --format llm.c -t t.json --sequence-length 16 -o x nanogpt/train.bin
              nous-shard: error: nanogpt/train.bin: expected the header of llm.c, found another
              [65]
              $ nous-shard import --format megatron -t t.json --sequence-length 16 -o x nanogpt/train.bin
              nous-shard: error: cannot open 'nanogpt/train.idx': No such file or directory
              [66]
              $ ls -A | grep -c -e '^x$' -e tmp
              0
              [1]
            """)
    }

    @Test("makes the same bytes on another machine: order of files, processors, locale, time zone")
    func determinism() throws {
        let memory = FileManager.default.isWritableFile(atPath: "/dev/shm") ? "/dev/shm" : "."
        try ShardCommandTests().play(
            """
              $ pack() { nous-shard pack -t $1 --sequence-length 16 --held-out 10% --shard-rows 9 "${@:2}"; }; declare -f pack > pack.sh; . ./pack.sh; pack t.json -o a text

            The same files, made in another order, elsewhere, at other times, for other people.

              $ mkdir there; for i in $(shuf -i 1-40 --random-source=t.json); do cp text/$i there/; touch -d @$i there/$i; chmod 600 there/$i; done
              $ env LC_ALL=tr_TR.UTF-8 LANG=de_DE.UTF-8 TZ=Pacific/Kiritimati taskset -c 0 nous-shard tokenizer --vocabulary-size 300 -o t2.json there && cmp t.json t2.json
              $ umask 077; env LC_ALL=tr_TR.UTF-8 LANG=de_DE.UTF-8 TZ=Pacific/Kiritimati taskset -c 0 nous-shard pack -t t2.json --sequence-length 16 --held-out 10% --shard-rows 9 -o b there && diff -r a b
              $ . ./pack.sh; d=$(mktemp -d -p MEMORY); for i in $(seq 40 -1 1); do cp text/$i $d/; done; TZ=America/St_Johns LC_ALL=C.UTF-8 pack t.json -o c $d && diff -r a c; rm -r $d
              $ ls a/shards | wc -l | grep -v -x 1 | wc -l
              1
              $ . ./pack.sh; for p in concatenate best-fit; do pack t.json --packing $p -o $p text; taskset -c 0 bash -c ". ./pack.sh; pack t.json --packing $p -o $p-2 there"; diff -r $p $p-2; done; diff -r a concatenate
              $ nous-shard export --format megatron -o m a; TZ=UTC LC_ALL=C.UTF-8 taskset -c 0 nous-shard export --format megatron -o m2 b; diff -r m m2
              $ nous-shard prove a 3 > p; taskset -c 0 nous-shard prove b 3 | cmp - p
            """.replacing("MEMORY", with: memory))
    }

    @Test("makes up for lost shares in the next round, and draws committees")
    func takeover() throws {
        let (anna, boris) = (
            "83WBu5k4u4pcUGR2hF2VVrNyza47aiatdRycd7zswY73",
            "D9DifwBHfAGtN53NntePLkbSv7jJGdwD3PcG5jo1tEd5"
        )
        let vectors = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Vectors").path
        try ShardCommandTests().play(
            """
              $ nous-shard pack -t t.json --sequence-length 16 -o c text
              $ root=$(nous-shard inspect --json c | grep -o '"train":{[^[]*' | grep -o '[0-9a-f]\\{64\\}'); sed "s/root: 0*/root: $root/" VECTORS/run/small.yaml > run.yaml
              $ run=$(sha256sum run.yaml | cut -c-64); for r in 1 2; do echo '{"type":"roster","round":ROUND,"run":"RUN","seed":"RUN","workers":[{"worker":"ANNA","throughput":3,"stake":"0"},{"worker":"BORIS","throughput":1,"stake":"5"}]}' | sed "s/RUN/$run/g; s/ROUND/$r/" > r$r; done

            Only the number of sequences is needed, not the data.

              $ nous-shard assign --run run.yaml --data c --roster r1 > lines; rows=$(nous-shard inspect c | awk '/^train rows/ { print $3 }'); nous-shard assign --run run.yaml --sequences $rows --roster r1 | cmp - lines

            Boris delivers nothing; his twelve positions come first in round 2.

              $ echo ANNA > merged; nous-shard roster --run run.yaml --data c --previous r1 --done merged r2 > amended; grep -o '"next".*' amended
              "next":48,"lost":[[...]]}
              $ nous-shard assign --run run.yaml --data c --roster amended > lines2; rows() { grep -o '"sequences":[^]]*' | cut -d[ -f2 | tr , '\\n' | sort; }; grep BORIS lines | rows > lost; wc -l < lost; rows < lines2 | comm -23 lost -
              12
              $ nous-shard assign --run run.yaml --data c --roster r2 | cut -d: -f1-5 | diff -q - <(cut -d: -f1-5 lines2)
              $ echo BORIS >> merged; nous-shard roster --run run.yaml --data c --previous r1 --done merged r2 | grep -o '"next".*'
              "next":48,"lost":[]}

            A beacon moves the seed, and whoever has it finds the same.

              $ nous-shard roster --run run.yaml --data c --beacon 00ff r2 > seeded; nous-shard assign --run run.yaml --data c --roster seeded | grep -o '"seed":"[^"]*"' | uniq | diff -q - <(grep -o '"seed":"[^"]*"' r2)
              Files - and /dev/fd/... differ
              [1]
              $ nous-shard committee --run run.yaml --roster seeded --size 2 --subject $(sha256sum < lines | cut -c-64) --except ANNA
              {"type":"committee","run":"...","round":2,"seed":"...","subject":"...","members":["BORIS"]}

            What does not fit is refused.

              $ nous-shard roster --run run.yaml --data c --previous r2 --done merged r2
              nous-shard: error: r2: field 'round': expected 1, found 2
              [65]
              $ echo ANNA1 > merged; nous-shard roster --run run.yaml --data c --previous r1 --done merged r2
              nous-shard: error: merged: line 1: expected a base58 public key
              [65]
              $ sed 's/}]}/}],"next":9}/' r2 | nous-shard assign --run run.yaml --data c
              nous-shard: error: standard input: roster: missing field 'lost'
              [65]
              $ nous-shard assign --run run.yaml < r1 2>&1 | head -1
              nous-shard: error: give --data or --sequences
            """.replacing("ANNA", with: anna).replacing("BORIS", with: boris)
                .replacing("VECTORS", with: vectors))
    }
}
