import FoundationEssentials
import Web

/// What a provider proved about the user who signed in there.
struct ProviderProfile {
    /// The id of the account at the provider, which never changes.
    let subject: String
    /// `nil` if the provider tells none that this service accepts.
    let email: EmailAddress?
    /// Whether the provider has proved that the address is the user's.
    let isEmailVerified: Bool
    /// The name; `nil` if the provider tells none that this service accepts.
    let name: String?
    let authenticatedAt: Date?
    /// A token of the provider that must be revoked later.
    let refreshToken: String?
    /// Whether the address only forwards mails: Apple made it for this service and this user, to hide their own ("Hide
    /// My Email"). So it names nobody who is here already. If another provider tells such an address, it is like any
    /// other.
    let isRelayed: Bool

    /// Reads the claims of a provider, with its peculiarities.
    /// - Parameters:
    ///   - claims: those of the `id_token` or of the endpoint for the user's data.
    ///   - name: a name that the provider told elsewhere.
    init(
        _ claims: JSON, of provider: Provider, subject: String, name: String? = nil, authenticatedAt: Date? = nil,
        refreshToken: String? = nil
    ) throws(ProviderFailure) {
        self.subject = try Self.subject(claims, of: provider, subject)
        email = claims["email"]?.string.flatMap { EmailAddress($0) }
        isEmailVerified = email != nil && Self.isEmailVerified(claims, of: provider)
        self.name = [claims["name"]?.string, claims["preferred_username"]?.string, name].compactMap(Self.name).first
        self.authenticatedAt = authenticatedAt
        self.refreshToken = refreshToken
        isRelayed = provider.kind == .apple && email?.domain == "privaterelay.appleid.com"
    }

    /// An account of GitHub, which has no claims.
    init(gitHub subject: String, name: String?, email: EmailAddress?, isEmailVerified: Bool) {
        self.subject = subject
        self.email = email
        self.isEmailVerified = email != nil && isEmailVerified
        self.name = name.flatMap(Self.name)
        authenticatedAt = nil
        refreshToken = nil
        isRelayed = false
    }

    /// Microsoft's `sub` differs between the applications of one owner; `oid` is unique within a tenant (Microsoft
    /// identity platform, "ID token claims reference").
    private static func subject(
        _ claims: JSON, of provider: Provider, _ subject: String
    ) throws(ProviderFailure) -> String {
        guard provider.kind == .microsoft else { return subject }
        guard let tenant = claims["tid"]?.string, let object = claims["oid"]?.string,
            UUID(uuidString: tenant) != nil, UUID(uuidString: object) != nil
        else { throw .refused(.subject) }
        return "\(tenant.lowercased()).\(object.lowercased())"
    }

    private static func isEmailVerified(_ claims: JSON, of provider: Provider) -> Bool {
        let isVerified = claims["email_verified"] == true || claims["email_verified"]?.string == "true"
        switch provider.kind {
        case .microsoft: return isMicrosoftEmailVerified(claims, of: provider)
        case .google:
            // Google accounts can have addresses of other mail services, whose owner may have changed since then
            // ("Verify the Google ID token on your server side", on `hd`).
            let domain = claims["email"]?.string.flatMap { EmailAddress($0)?.domain }
            return isVerified && (claims["hd"]?.string != nil || domain == "gmail.com" || domain == "googlemail.com")
        default: return isVerified
        }
    }

    /// Administrators of a tenant can write any address into `email`. `xms_edov` says that the domain's owner has
    /// proved it; otherwise only the configured tenant is trusted, and only with its own people.
    private static func isMicrosoftEmailVerified(_ claims: JSON, of provider: Provider) -> Bool {
        let proofs: [JSON] = [true, 1, "1"]
        if let proof = claims["xms_edov"], proofs.contains(proof) { return true }
        let isGuest = claims["acct"] == 1 || (claims["idp"] != nil && claims["idp"] != claims["iss"])
        return !provider.isForManyTenants && !isGuest
    }

    /// A name as the API takes it.
    private static func name(_ text: String?) -> String? {
        guard let text, text.utf8.count <= 1000, let name = try? text.nfc,
            Field<String>.name.rejection(of: .string(name)) == nil
        else { return nil }
        return name
    }
}
