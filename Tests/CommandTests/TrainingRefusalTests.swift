import Foundation
import Testing

/// Training that cannot go on: one line, a documented status, and the state as it was.
@Suite("Training is refused or stopped")
struct TrainingRefusalTests {
    /// Makes the roster and the assignments those of a changed run file, and its base.
    static let rerun = """
        run=$(sha256sum run.yaml | cut -c-64); \
        sed -i "s/\\"run\\":\\"[0-9a-f]*\\"/\\"run\\":\\"$run\\"/" roster.json; \
        nous-shard assign --run run.yaml --data data --roster roster.json > assignments; \
        rm -rf base states; mkdir states; nous-train init --run run.yaml --tokenizer tokenizer.json -o base
        """

    /// Trains with a saved round in `states`, which must stay as it is; prints what it says.
    static func refused(_ options: String = "") -> String {
        """
        find states -type f | xargs -r sha256sum > before; \
          \(SmallRun.train) --state states \(options) -o new; status=$?; \
          find states -type f | xargs -r sha256sum | cmp - before; \
          find . -name '.nous*' -o -name new; (exit $status)
        """
    }

    static let divergence =
        "nous-train: error: cannot train: step 3: expected a loss of at most 1099511 nats and a "
        + "finite gradient, found loss ... and gradient norm ..."

    @Test("when the loss is beyond any sense, at the same step again")
    func diverged() throws {
        // Without a memory of the gradient's size, steps are as long as it likes.
        try SmallRun.play(
            """
              $ sed -i 's/peak: 1.0e-2, warmup_steps: 2/peak: 1.0, warmup_steps: 0/; s/beta2: 0.95, epsilon: 1.0e-8/beta2: 0.0, epsilon: 1.0e-12/' run.yaml; \(Self.rerun)
              $ TRAIN --state states --save-every 0 -o new
              \(Self.divergence)
              [65]
              $ ls states/*
              snapshot.tar.zst
              $ \(Self.refused("--save-every 0"))
              \(Self.divergence)
              [65]
            """)
    }

    @Test("when the gradient's norm exceeds the run's limit")
    func exploded() throws {
        try SmallRun.play(
            """
              $ cp run.yaml plain; sed -i 's/gradient_clip: 1.0/gradient_clip: 1.0, gradient_norm_limit: 0.001/' run.yaml; \(Self.rerun)
              $ \(Self.refused())
              nous-train: error: cannot train: step 1: expected a gradient norm of at most 0.001, found ...
              [65]
              $ sed -i 's/gradient_norm_limit: 0.001/gradient_norm_limit: 1000.0/' run.yaml; \(Self.rerun)
              $ TRAIN --metrics m -o within; jq -s '.[1:] | length == 8 and all(.gradient_norm < 1000)' m
              true
            """)
    }

    @Test("when the base is another run's, another round's, or of another shape")
    func wrongBase() throws {
        let unpack = "mkdir b; tar --zstd -xf base -C b"
        let repack = """
            (cd b; { head -1 MANIFEST; for f in $(sed -n 's/^# [0-9]* //p' MANIFEST); do \
              echo "# $(stat -c %s $f) $f"; sha256sum $f; done; } > new; mv new MANIFEST)
            """
        try SmallRun.play(
            """
              $ cp run.yaml other.yaml; echo '# another' >> other.yaml; nous-train init --run other.yaml --tokenizer tokenizer.json -o other
              $ \(Self.refused().replacing("--base base", with: "--base other"))
              nous-train: error: other: lineage.json: field 'run': expected ..., found ...
              [65]
              $ \(Self.refused().replacing("--base base", with: "--base next"))
              nous-train: error: assignments: line 1: field 'round': expected 2, found 1
              [65]
              $ sed -i 's/hidden_size: 16/hidden_size: 24/; s/head_dim: 4/head_dim: 6/' other.yaml; rm other; nous-train init --run other.yaml --tokenizer tokenizer.json -o base2
              $ mv base2 base; \(unpack); sed -i "s/$(sha256sum other.yaml | cut -c-64)/$(sha256sum run.yaml | cut -c-64)/" b/lineage.json; \(repack)
              $ \(Self.refused().replacing("--base base", with: "--base b"))
              nous-train: error: b: config.json: the model's shape is not the run's
              [65]
            """)
    }

    @Test("when the data or the tokenizer are not the run's")
    func wrongTokenizer() throws {
        try SmallRun.play(
            """
              $ mv data old; nous-shard tokenizer --vocabulary-size 290 -o other.json text; nous-shard pack -q -t other.json --sequence-length 16 --held-out 10% -o data text
              $ \(Self.refused())
              nous-train: error: data: field 'data root': expected ..., found ...
              [65]
              $ nous-train init --run run.yaml --tokenizer other.json -o new
              nous-train: error: other.json: field 'tokenizer': expected ..., found ...
              [65]
            """)
    }

    @Test("when a save does not fit a file, and goes on from the save before")
    func fileSizeLimit() throws {
        let transcript = try SmallRun.longCopy()
        defer { transcript.remove() }
        try transcript.play(
            """
              $ \(RunningTests.interrupted)
              $ ls states/*
              snapshot.tar.zst
              $ (ulimit -f 8; \(Self.refused("--save-every 0")))
              nous-train: error: cannot write 'states/...snapshot.tar.zst': File too large
              [74]
              $ \(SmallRun.train) --state states --resume -o out
              $ cmp out whole && diff -r states whole-states
            """)
    }

    /// Whether this process may mount a file system in a namespace of its own.
    static let mayMount: Bool = {
        let transcript = try? CommandTranscript()
        defer { transcript?.remove() }
        return (try? transcript?.run("unshare -m mount -t tmpfs -o size=64k none .")) == ""
    }()

    @Test(
        "when the disk is full, and goes on from the save before",
        .enabled(if: mayMount, "needs the right to mount"))
    func fullDisk() throws {
        let transcript = try SmallRun.longCopy()
        defer { transcript.remove() }
        // The disk has room for one save and a half: the second does not fit beside the first.
        let result = try transcript.execute(
            """
            \(SmallRun.train) --state probe --save-every 0 -o out 2> /dev/null & \
              until ls probe/*/snapshot.tar.zst > /dev/null 2>&1; do :; done; kill $!; wait $!
            size=$(($(cat probe/*/snapshot.tar.zst | wc -c) * 3 / 2)); mkdir states
            unshare -m bash -c "mount -t tmpfs -o size=$size none states && \
              { \(SmallRun.train) --state states --save-every 0 -o out; echo \\$?; \
                find states -type f | wc -l; cp -r states saved; }"
            """)
        #expect(result.output == "74\n1\n", "\(result)")
        let line = result.errors.first ?? ""
        #expect(result.errors.count == 1, "\(result)")
        #expect(line.hasPrefix("nous-train: error: cannot "), "\(result)")
        #expect(line.hasSuffix("snapshot.tar.zst': No space left on device"), "\(result)")
        try transcript.play(
            """
              $ ls out
              ls: cannot access 'out': No such file or directory
              [2]
              $ \(SmallRun.train) --state saved --resume -o out
              $ cmp out whole && diff -r saved whole-states
            """)
    }
}
