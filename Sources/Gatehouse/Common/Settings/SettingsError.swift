/// All faults of a configuration.
public struct SettingsError: Error, CustomStringConvertible {
    /// One sentence for each fault, which names the setting but never the value of a secret.
    public let faults: [String]

    init(faults: [String]) {
        self.faults = faults
    }

    /// The error for these faults; `nil` if there are none.
    package init?(_ faults: [String]) {
        guard !faults.isEmpty else { return nil }
        self.faults = faults
    }

    /// The faults, one on each line.
    public var description: String {
        "The configuration has \(faults.count == 1 ? "a fault" : "\(faults.count) faults"):\n"
            + faults.map { "  - \($0)" }.joined(separator: "\n")
    }
}
