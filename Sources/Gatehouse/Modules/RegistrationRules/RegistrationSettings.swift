/// Who may register.
struct RegistrationSettings: ModuleSettings {
    /// Who may make an account for themselves.
    enum Admission: String, CaseIterable {
        case open, invited, closed
    }

    let admission: Admission
    /// The domains of addresses with which people may register, as A-labels in lower case; `nil` for all.
    let domains: [String]?

    init(from reader: inout SettingReader) {
        admission = reader.read(
            "GATEHOUSE_REGISTRATION", .oneOf(Admission.closed), default: Admission.open.rawValue,
            """
            Who may make an account for themselves: with `open` everybody, with `invited` only people with an open \
            invitation to an organization, with `closed` nobody.
            """)
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
