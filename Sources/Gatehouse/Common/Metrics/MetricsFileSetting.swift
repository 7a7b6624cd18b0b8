/// The file in which metrics are counted.
struct MetricsFileSetting: Sendable {
    /// The path; `nil` if each process counts for itself.
    let path: String?
}

extension SettingKind where Value == MetricsFileSetting {
    static let metricsFile = SettingKind(expectation: "a path or none", standIn: MetricsFileSetting(path: nil)) {
        text in
        MetricsFileSetting(path: text == "none" ? nil : text)
    }
}
