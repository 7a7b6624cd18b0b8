/// The values of all processes of a machine at one moment.
struct MetricsReport {
    /// The running processes.
    let processes: [MetricsFile.Process]
    private let blocks: [String: [MetricsFile.Block]]

    init(_ file: MetricsFile) {
        processes = file.processes()
        blocks = Dictionary(grouping: file.blocks()) { String($0.name.first ?? "") }
    }

    /// The sum of a value over the processes.
    func sum(_ gauge: Gauge.Name) -> UInt64 {
        processes.reduce(0) { $0 &+ $1.gauges[gauge.rawValue] }
    }

    /// The blocks of a family with the layout of this version.
    func blocks(_ family: String, count: Int) -> [MetricsFile.Block] {
        (blocks[family] ?? []).filter { $0.values.count == count }
    }

    /// A family of one block.
    func values(_ family: String, count: Int) -> [UInt64] {
        blocks(family, count: count).first?.values ?? Array(repeating: 0, count: count)
    }

    /// The attempts of a family whose blocks have one more word in their name.
    /// - Parameter label: the label that has this word as its value.
    func attempts<Outcome: AttemptOutcome>(
        _ type: Outcome.Type, of family: String, by label: String
    ) -> [(labels: Exposition.Labels, words: [UInt64])] {
        blocks(family, count: OutcomeCounts<Outcome>.wordCount).filter { $0.name.count == 2 }
            .map { ([(label, String($0.name[1]))], $0.values) }
    }
}
