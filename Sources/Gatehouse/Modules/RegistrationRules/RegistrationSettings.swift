/// Who may register.
struct RegistrationSettings: ModuleSettings {
    /// The domains of addresses with which people may register, as A-labels in lower case; `nil` for all.
    let domains: [String]?

    init(from reader: inout SettingReader) {
        domains = reader.optional(
            "GATEHOUSE_REGISTRATION_DOMAINS", .domains,
            """
            The e-mail domains that are allowed in registrations and changes of address, separated by commas; all by \
            default.
            """)
    }
}

extension SettingKind where Value == [String] {
    /// Domains of mail addresses, each as `EmailAddress` compares it.
    static let domains = SettingKind(
        expectation: "domains such as example.com, separated by commas", standIn: []
    ) { text in
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let domains: [String] = parts.compactMap { EmailAddress("a@\($0)")?.domain }
        return domains.count == parts.count ? domains : nil
    }
}
