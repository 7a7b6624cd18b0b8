import Web

/// The providers by which users can sign in, and where their browsers may return.
struct OAuthSettings: ModuleSettings {
    let providers: [Provider]
    let redirectURLs: [RedirectURL]

    init(from reader: inout SettingReader) {
        redirectURLs =
            reader.optional(
                "GATEHOUSE_REDIRECT_URLS", .redirectURLs,
                """
                The URLs to which a browser may return after a sign-in with a provider, besides pages of the public \
                URL, separated by commas.
                """) ?? []
        let family = Self.family
        reader.declare(family)
        let names = reader.declaredElsewhere(SignInSettings.providersName, .providerNames) ?? []
        providers = names.compactMap { Self.provider($0, from: &reader) }
    }

    /// The settings of one provider.
    private static let family = SettingFamily(
        prefix: "GATEHOUSE_PROVIDER_",
        suffixes: [
            "_ISSUER", "_CLIENT_ID", "_CLIENT_SECRET", "_NAME", "_SCOPES", "_TEAM_ID", "_KEY_ID", "_PRIVATE_KEY",
        ])

    private static func provider(_ id: String, from reader: inout SettingReader) -> Provider? {
        let kind = Provider.Kind(id: id)
        let prefix = family.prefix + id.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
        let issuerSummary = "The issuer of the provider \(id), whose discovery document has the addresses."
        let issuer =
            kind.issuer.map { reader.read("\(prefix)_ISSUER", .issuer, default: $0, issuerSummary) }
            ?? reader.required("\(prefix)_ISSUER", .issuer, issuerSummary)
        let clientID = reader.required("\(prefix)_CLIENT_ID", .text, "The id of this service at the provider \(id).")
        let name = reader.read(
            "\(prefix)_NAME", .providerName, default: kind.name ?? id, "The name of the provider \(id) on pages.")
        let scopes = reader.read(
            "\(prefix)_SCOPES", .scopes, default: kind.scopes, "What the provider \(id) is asked for.")
        guard let credential = credential(of: kind, id, prefix, clientID, from: &reader) else { return nil }
        return Provider(
            id: id, kind: kind, name: name, issuer: issuer, clientID: clientID, credential: credential, scopes: scopes)
    }

    private static func credential(
        of kind: Provider.Kind, _ id: String, _ prefix: String, _ clientID: String, from reader: inout SettingReader
    ) -> Provider.Credential? {
        guard kind == .apple else {
            return .secret(
                reader.required(
                    "\(prefix)_CLIENT_SECRET", .text, isSecret: true,
                    "The secret of this service at the provider \(id)."))
        }
        let team = reader.required("\(prefix)_TEAM_ID", .text, "The id of the developer team at Apple.")
        let key = reader.required("\(prefix)_KEY_ID", .text, "The id of the key for Sign in with Apple.")
        let text = reader.required(
            "\(prefix)_PRIVATE_KEY", .text, isSecret: true,
            "The key for Sign in with Apple: the lines between BEGIN and END of its file, joined.")
        guard reader.isGiven("\(prefix)_PRIVATE_KEY") else { return nil }
        guard let apple = AppleKey(pkcs8: text, keyID: key, teamID: team, clientID: clientID) else {
            reader.reject("\(prefix)_PRIVATE_KEY must be the Base64 of a PKCS #8 key on the curve P-256.")
            return nil
        }
        return .apple(apple)
    }
}

extension SettingKind where Value == String {
    /// The issuer of a provider: a URL without query, fragment and final slash of an empty path. Whether `http` is
    /// acceptable depends on the address, which the client for outgoing requests judges.
    fileprivate static let issuer = SettingKind(
        expectation: "an https URL without query and fragment", standIn: ""
    ) { text in
        let isPlain = !text.utf8.contains(UInt8(ascii: "?")) && !text.utf8.contains(UInt8(ascii: "#"))
        return isPlain && text.utf8.count <= 1024
            ? WebURL(text, schemes: ["https", "http"]).flatMap { $0.text.hasSameBytes(as: text) ? text : nil } : nil
    }

    /// A name on pages.
    fileprivate static let providerName = SettingKind(expectation: "a name of at most 100 characters", standIn: "") {
        text in Field<String>.name.rejection(of: .string(text)) == nil ? text : nil
    }

    /// Scopes with spaces between them (RFC 6749, section 3.3).
    fileprivate static let scopes = SettingKind(expectation: "scopes with spaces between them", standIn: "") { text in
        text.utf8.allSatisfy {
            $0 == 0x20 || ($0.isVisibleASCII && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\"))
        }
            && text.utf8.count <= 1000 ? text : nil
    }
}
