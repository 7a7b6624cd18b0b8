import CAtomics

/// A value that only grows.
struct Counter: Sendable {
    // Mapped for as long as the process lives.
    private nonisolated(unsafe) let word: MetricsFile.Words

    init(_ word: MetricsFile.Words) {
        self.word = word
    }

    func add(_ amount: UInt64 = 1) {
        gatehouse_atomic_add(word, amount)
    }
}

/// A value of this process that rises and falls.
struct Gauge: Sendable {
    /// The number of a value in the state of its process, from 0 to 13. Modules declare theirs, from 8 on.
    struct Name: RawRepresentable {
        let rawValue: Int

        static let workers = Self(rawValue: 0)
        static let workersBusy = Self(rawValue: 1)
        static let workersConnected = Self(rawValue: 2)
        static let requestsWaiting = Self(rawValue: 3)
        static let hashSlots = Self(rawValue: 4)
        static let hashSlotsTaken = Self(rawValue: 5)
        static let jobWorkers = Self(rawValue: 6)
        static let jobWorkersBusy = Self(rawValue: 7)
    }

    // Mapped for as long as the process lives.
    private nonisolated(unsafe) let word: MetricsFile.Words

    init(_ name: Name, in file: MetricsFile) {
        word = file.gauge(name.rawValue)
    }

    func set(_ value: Int) {
        gatehouse_atomic_store(word, UInt64(max(0, value)))
    }

    func rise() {
        gatehouse_atomic_add(word, 1)
    }

    func fall() {
        gatehouse_atomic_add(word, .max)
    }
}

/// Durations: a count for each range, and their sum.
struct Histogram: Sendable {
    // Mapped for as long as the process lives.
    private nonisolated(unsafe) let first: MetricsFile.Words

    /// The upper bounds of the ranges except the last, in nanoseconds.
    static let bounds: [UInt64] = [
        500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000, 100_000_000, 250_000_000,
        500_000_000, 1_000_000_000, 2_500_000_000, 5_000_000_000, 10_000_000_000,
    ]
    /// The number of words: one for each range, and the sum.
    static let wordCount = 16

    init(_ first: MetricsFile.Words) {
        self.first = first
    }

    func record(_ duration: Duration) {
        record(nanoseconds: duration.nanoseconds)
    }

    func record(nanoseconds: UInt64) {
        var range = 0
        while range < Self.bounds.count, nanoseconds > Self.bounds[range] { range += 1 }
        gatehouse_atomic_add(first + range, 1)
        gatehouse_atomic_add(first + Self.wordCount - 1, nanoseconds)
    }
}

extension Duration {
    /// Whole nanoseconds; 0 for negative durations.
    var nanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        return seconds < 0 ? 0 : UInt64(seconds) &* 1_000_000_000 &+ UInt64(max(0, attoseconds) / 1_000_000_000)
    }
}
