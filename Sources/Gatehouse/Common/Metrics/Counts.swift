/// Statements of the database, including COMMIT and the like.
struct StatementCounts: Sendable {
    private let durations: Histogram
    private let failures: Counter

    static let family = "statements"
    static let wordCount = Histogram.wordCount + 1

    init(in file: MetricsFile) throws(SharedFile.Failure) {
        let words = try file.block([Self.family], count: Self.wordCount)
        durations = Histogram(words)
        failures = Counter(words + Histogram.wordCount)
    }

    func record(_ duration: Duration, failed: Bool) {
        durations.record(duration)
        if failed { failures.add() }
    }
}

/// Hashed or verified passwords, and requests refused at the full queue.
struct PasswordCounts: Sendable {
    let durations: Histogram
    let refusals: Counter
    let slots: Gauge
    let slotsTaken: Gauge

    static let family = "passwords"
    static let wordCount = Histogram.wordCount + 1

    init(in file: MetricsFile) throws(SharedFile.Failure) {
        let words = try file.block([Self.family], count: Self.wordCount)
        durations = Histogram(words)
        refusals = Counter(words + Histogram.wordCount)
        slots = Gauge(.hashSlots, in: file)
        slotsTaken = Gauge(.hashSlotsTaken, in: file)
    }
}

/// Attempts at jobs, by kind and outcome.
struct JobCounts: Sendable {
    /// How an attempt ended.
    enum Outcome: String, AttemptOutcome {
        case done
        /// It is tried again.
        case failed
        /// It is not tried again.
        case dead
        /// The process drained.
        case brokenOff = "broken_off"
    }

    let workers: Gauge
    let busy: Gauge
    private let kinds: [String: OutcomeCounts<Outcome>]
    private let unknown: OutcomeCounts<Outcome>

    static let family = "jobs"
    /// Stands for kinds that this version does not know.
    static let other = "other"

    init(_ kinds: [String], in file: MetricsFile) throws(SharedFile.Failure) {
        var counts: [String: OutcomeCounts<Outcome>] = [:]
        for kind in kinds { counts[kind] = try OutcomeCounts([Self.family, kind], in: file) }
        unknown = try OutcomeCounts([Self.family, Self.other], in: file)
        self.kinds = counts
        workers = Gauge(.jobWorkers, in: file)
        busy = Gauge(.jobWorkersBusy, in: file)
    }

    func record(_ kind: String, _ outcome: Outcome, took duration: Duration) {
        (kinds[kind] ?? unknown).record(outcome, took: duration)
    }
}

/// Attempts to hand mails to the mail server.
struct MailCounts: Sendable {
    /// The outcome of an attempt.
    enum Outcome: String, CaseIterable {
        case sent
        /// It is tried again.
        case delayed
        /// The server refuses it for good, or it cannot be written.
        case refused
    }

    private let outcomes: [Counter]

    static let family = "mails"

    init(in file: MetricsFile) throws(SharedFile.Failure) {
        let first = try file.block([Self.family], count: Outcome.allCases.count)
        outcomes = Outcome.allCases.indices.map { Counter(first + $0) }
    }

    func record(_ outcome: Outcome) {
        if let index = Outcome.allCases.firstIndex(of: outcome) { outcomes[index].add() }
    }
}

/// Requests that a limit refused.
struct RefusalCounts: Sendable {
    private let policies: [String: Counter]
    private let unknown: Counter

    static let family = "refusals"
    static let other = "other"

    init(_ policies: [String], in file: MetricsFile) throws(SharedFile.Failure) {
        var counters: [String: Counter] = [:]
        for policy in policies { counters[policy] = Counter(try file.block([Self.family, policy], count: 1)) }
        self.policies = counters
        unknown = Counter(try file.block([Self.family, Self.other], count: 1))
    }

    func record(_ policy: String) {
        (policies[policy] ?? unknown).add()
    }
}

/// Outgoing HTTP requests, by purpose and outcome.
struct OutboundCounts: Sendable {
    /// How a request ended.
    enum Outcome: String, AttemptOutcome {
        /// The server answered, with whatever status.
        case answered
        case failed
        /// The URL or the address of the server is not allowed.
        case refused
        /// Nothing was sent, since the server has not answered lately.
        case paused
    }

    private let purposes: [String: OutcomeCounts<Outcome>]

    static let family = "outbound"

    init(_ purposes: [String], in file: MetricsFile) throws(SharedFile.Failure) {
        var counts: [String: OutcomeCounts<Outcome>] = [:]
        for purpose in purposes { counts[purpose] = try OutcomeCounts([Self.family, purpose], in: file) }
        self.purposes = counts
    }

    func record(_ purpose: String, _ outcome: Outcome, took duration: Duration) {
        purposes[purpose]?.record(outcome, took: outcome == .paused ? nil : duration)
    }
}
