/// Where metrics are counted.
struct MetricsFileSetting: Sendable {
    /// `nil` where each process counts for itself.
    let path: String?
}

extension SettingKind where Value == MetricsFileSetting {
    static let metricsFile = SettingKind(expectation: "a path or none", standIn: MetricsFileSetting(path: nil)) {
        text in
        MetricsFileSetting(path: text == "none" ? nil : text)
    }
}
