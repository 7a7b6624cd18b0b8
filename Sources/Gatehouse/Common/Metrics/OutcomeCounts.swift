/// How an attempt at something ended. The raw value is the label.
protocol AttemptOutcome: CaseIterable, Equatable, RawRepresentable<String>, Sendable {}

/// Attempts by outcome, and their durations.
struct OutcomeCounts<Outcome: AttemptOutcome>: Sendable {
    private let outcomes: [Counter]
    private let durations: Histogram

    /// The first word of the durations, so further outcomes have room.
    static var firstDuration: Int { 8 }
    static var wordCount: Int { firstDuration + Histogram.wordCount }

    /// - Parameter name: the name of the block.
    init(_ name: [String], in file: MetricsFile) throws(SharedFile.Failure) {
        let words = try file.block(name, count: Self.wordCount)
        outcomes = Outcome.allCases.enumerated().map { Counter(words + $0.offset) }
        durations = Histogram(words + Self.firstDuration)
    }

    /// - Parameter duration: `nil` if the attempt took no time of its own.
    func record(_ outcome: Outcome, took duration: Duration?) {
        for (counter, each) in zip(outcomes, Outcome.allCases) where each == outcome { counter.add() }
        if let duration { durations.record(duration) }
    }
}

extension Exposition {
    /// Writes attempts by outcome, and their durations.
    /// - Parameters:
    ///   - counts: the labels and the words of each block.
    ///   - total: the name and the help of the attempts.
    ///   - duration: the name and the help of their durations.
    mutating func outcomes<Outcome: AttemptOutcome>(
        _ type: Outcome.Type, of counts: [(labels: Labels, words: [UInt64])], total: (name: String, help: String),
        duration: (name: String, help: String)
    ) {
        metric(total.name, .counter, total.help)
        for (labels, words) in counts {
            for (outcome, count) in zip(Outcome.allCases, words) {
                sample(total.name, labels + [("outcome", outcome.rawValue)], count)
            }
        }
        metric(duration.name, .histogram, duration.help)
        for (labels, words) in counts {
            histogram(duration.name, labels, words[OutcomeCounts<Outcome>.firstDuration...])
        }
    }
}
