package import Encodings
package import Identity
package import Storage

/// The workers of one round with what they declared, as the ledger prints it.
package struct Roster: Sendable {
    /// The largest number of workers in one round.
    package static let maximumWorkers = 65_536

    /// The largest throughput a worker may declare, in tokens a second.
    package static let maximumThroughput: Int64 = 1 << 40

    /// The digest of the run file.
    package var run: Digest
    /// The round the roster is for.
    package var round: UInt64
    /// What orders the workers: public, and unknown until the round before was sealed.
    package var seed: Digest
    /// The workers, in any order.
    package var workers: [RosterWorker]

    /// Random bytes from elsewhere that nobody in the run could choose, such as a public beacon's.
    package var beacon: [UInt8]?
    /// What the round takes over from the one before; without it every round had all its shares.
    package var takeover: Takeover?

    /// The most bytes of a beacon.
    package static let maximumBeacon = 256

    private static let seedDomain = "nous-tools seed v1"

    /// A roster of workers, each named once.
    package init(run: Digest, round: UInt64, seed: Digest, workers: [RosterWorker]) {
        self.run = run
        self.round = round
        self.seed = seed
        self.workers = workers
    }

    /// What orders the workers and draws committees: the seed, or its hash with the beacon.
    package var effectiveSeed: Digest {
        guard let beacon else { return seed }
        return Digest(
            hashing: Array(Self.seedDomain.utf8) + seed.bytes + UInt64(beacon.count).bigEndianBytes
                + beacon)
    }

    /// Reads the JSON record of a roster.
    package init(json: JSON) throws(MalformedInput) {
        var fields = try JSONFields(json, of: "roster")
        try fields.constant("type", "roster")
        run = try fields.digest("run")
        round = try UInt64(fields.integer("round", in: 1...Int64(UInt32.max)))
        seed = try fields.digest("seed")
        let entries = try fields.array("workers", limit: Self.maximumWorkers)
        let most = Self.maximumBeacon
        beacon = try fields.optionalValue(
            "beacon", expected: "1 to \(most) bytes in lower-case hexadecimal digits"
        ) { value in
            value.string.flatMap(Hex.decode).flatMap { (1...most).contains($0.count) ? $0 : nil }
        }
        takeover = try Takeover.read(&fields)
        try fields.finish()
        workers = []
        var seen: Set<PublicKey> = []
        for entry in entries {
            let worker = try RosterWorker(json: entry)
            guard seen.insert(worker.key).inserted else {
                throw MalformedInput("worker \(worker.key) is listed twice", in: "roster")
            }
            workers.append(worker)
        }
        guard !workers.isEmpty else { throw MalformedInput("no workers", in: "roster") }
    }

    /// The JSON record.
    package var json: JSON {
        var members = [
            JSONMember(key: "type", value: "roster"),
            JSONMember(key: "round", value: .integer(Int64(round))),
            JSONMember(key: "run", value: run.json),
            JSONMember(key: "seed", value: seed.json),
            JSONMember(key: "workers", value: .array(workers.map(\.json))),
        ]
        if let beacon {
            members.append(JSONMember(key: "beacon", value: .string(Hex.encode(beacon))))
        }
        return .object(members + (takeover?.members ?? []))
    }
}

/// One worker of a roster.
package struct RosterWorker: Sendable, Equatable {
    /// The key that signs the worker's contributions.
    package var key: PublicKey
    /// What the worker says it can do, in tokens a second; only ratios matter.
    package var throughput: UInt64
    /// The worker's stake in base units, which decides where the run says so.
    package var stake: UInt64

    /// A worker with a positive throughput.
    package init(key: PublicKey, throughput: UInt64, stake: UInt64) {
        self.key = key
        self.throughput = throughput
        self.stake = stake
    }

    init(json: JSON) throws(MalformedInput) {
        var fields = try JSONFields(json, of: "roster worker")
        key = try fields.publicKey("worker")
        throughput = try UInt64(fields.integer("throughput", in: 1...Roster.maximumThroughput))
        stake = try fields.amount("stake")
        try fields.finish()
    }

    var json: JSON {
        [
            "worker": key.json,
            "throughput": .integer(Int64(throughput)),
            "stake": .string(String(stake)),
        ]
    }
}
