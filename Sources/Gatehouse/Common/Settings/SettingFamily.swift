/// Settings whose names contain a word of the operator's choice, such as `GATEHOUSE_PROVIDER_ACME_ISSUER`.
struct SettingFamily: Sendable, CustomStringConvertible {
    /// The beginning of every name, with an underscore at its end.
    let prefix: String
    /// The ends of the names, each with an underscore first.
    let suffixes: [String]

    /// The form of the names.
    var description: String { "\(prefix)…\(suffixes.joined(separator: ", …"))" }

    /// Whether a setting of this family can have a name.
    func contains(_ name: String) -> Bool {
        name.hasPrefix(prefix)
            && suffixes.contains { name.hasSuffix($0) && name.utf8.count > prefix.utf8.count + $0.utf8.count }
    }
}
