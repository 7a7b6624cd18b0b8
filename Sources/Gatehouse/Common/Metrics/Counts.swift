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
    enum Outcome: String, CaseIterable {
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
    private let kinds: [String: Place]
    private let unknown: Place

    private struct Place: Sendable {
        let outcomes: [Counter]
        let durations: Histogram

        init(_ kind: String, in file: MetricsFile) throws(SharedFile.Failure) {
            let words = try file.block([JobCounts.family, kind], count: JobCounts.wordCount)
            outcomes = Outcome.allCases.indices.map { Counter(words + $0) }
            durations = Histogram(words + JobCounts.firstDuration)
        }
    }

    static let family = "jobs"
    /// Stands for kinds that this version does not know.
    static let other = "other"
    static let firstDuration = 8
    static let wordCount = firstDuration + Histogram.wordCount

    init(_ kinds: [String], in file: MetricsFile) throws(SharedFile.Failure) {
        var places: [String: Place] = [:]
        for kind in kinds { places[kind] = try Place(kind, in: file) }
        unknown = try Place(Self.other, in: file)
        self.kinds = places
        workers = Gauge(.jobWorkers, in: file)
        busy = Gauge(.jobWorkersBusy, in: file)
    }

    func record(_ kind: String, _ outcome: Outcome, took duration: Duration) {
        let place = kinds[kind] ?? unknown
        if let index = Outcome.allCases.firstIndex(of: outcome) { place.outcomes[index].add() }
        place.durations.record(duration)
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

/// Attempts to deliver webhooks, by outcome.
struct WebhookCounts: Sendable {
    /// How an attempt ended.
    enum Outcome: String, CaseIterable {
        case delivered
        /// It is tried again.
        case failed
        /// It is not tried again.
        case dead
    }

    let workers: Gauge
    let busy: Gauge
    private let outcomes: [Counter]
    private let durations: Histogram

    static let family = "webhooks"
    static let firstDuration = 8
    static let wordCount = firstDuration + Histogram.wordCount

    init(in file: MetricsFile) throws(SharedFile.Failure) {
        let words = try file.block([Self.family], count: Self.wordCount)
        outcomes = Outcome.allCases.indices.map { Counter(words + $0) }
        durations = Histogram(words + Self.firstDuration)
        workers = Gauge(.webhookWorkers, in: file)
        busy = Gauge(.webhookWorkersBusy, in: file)
    }

    func record(_ outcome: Outcome, took duration: Duration) {
        if let index = Outcome.allCases.firstIndex(of: outcome) { outcomes[index].add() }
        durations.record(duration)
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
    enum Outcome: String, CaseIterable {
        /// The server answered, with whatever status.
        case answered
        case failed
        /// The URL or the address of the server is not allowed.
        case refused
        /// Nothing was sent, since the server has not answered lately.
        case paused
    }

    private let purposes: [String: Place]

    private struct Place: Sendable {
        let outcomes: [Counter]
        let durations: Histogram

        init(_ purpose: String, in file: MetricsFile) throws(SharedFile.Failure) {
            let words = try file.block([OutboundCounts.family, purpose], count: OutboundCounts.wordCount)
            outcomes = Outcome.allCases.indices.map { Counter(words + $0) }
            durations = Histogram(words + OutboundCounts.firstDuration)
        }
    }

    static let family = "outbound"
    static let firstDuration = 8
    static let wordCount = firstDuration + Histogram.wordCount

    init(_ purposes: [String], in file: MetricsFile) throws(SharedFile.Failure) {
        var places: [String: Place] = [:]
        for purpose in purposes { places[purpose] = try Place(purpose, in: file) }
        self.purposes = places
    }

    func record(_ purpose: String, _ outcome: Outcome, took duration: Duration) {
        guard let place = purposes[purpose] else { return }
        if let index = Outcome.allCases.firstIndex(of: outcome) { place.outcomes[index].add() }
        if outcome != .paused { place.durations.record(duration) }
    }
}
