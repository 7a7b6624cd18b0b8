import FoundationEssentials
import JOSE
import Web

/// A provider by which users can sign in, from the settings.
struct Provider: Sendable {
    /// The peculiarities of a provider; `oidc` has none.
    enum Kind: String, Sendable {
        case google, github, microsoft, apple, gitlab, oidc
    }

    /// How this program proves to the provider who it is.
    enum Credential: Sendable {
        case secret(String)
        /// Apple's, which is a token that is made anew for each request.
        case apple(AppleKey)
    }

    /// The id in the settings, in paths and in the database.
    let id: String
    let kind: Kind
    /// The name on pages.
    let name: String
    /// The issuer as OpenID Connect Discovery knows it; for GitHub, the base of its URLs.
    let issuer: String
    let clientID: String
    let credential: Credential
    let scopes: String

    /// Where its discovery document is (OpenID Connect Discovery 1.0, section 4).
    var discoveryURL: String {
        issuer + (issuer.hasSuffix("/") ? "" : "/") + ".well-known/openid-configuration"
    }

    /// Whether it answers by a form that its page posts (OAuth 2.0 Form Post Response Mode). Apple does if it is asked
    /// for a name or an address.
    var answersByForm: Bool { kind == .apple }

    /// Whether it says when it asked for the password, if a sign-in asks for a new proof (`max_age`). Google, Microsoft
    /// and Apple ignore the question.
    var tellsAuthenticationTime: Bool { kind == .oidc || kind == .gitlab }

    /// Whether a token of the provider is kept to be revoked with the identity. Apple's guidelines ask for that.
    var keepsRefreshToken: Bool { kind == .apple }

    /// Whether the issuer of a token is acceptable. Only its signature shows who wrote the claims.
    func accepts(issuer: String, _ claims: JSON) -> Bool {
        switch kind {
        case .microsoft where isForManyTenants:
            // The tenant's own issuer (Microsoft identity platform, "ID token claims reference").
            guard let tenant = claims["tid"]?.string else { return false }
            return issuer.hasSameBytes(as: Self.microsoftIssuer(tenant)) && isTenantIssuer(issuer)
        case .microsoft:
            guard issuer.hasSameBytes(as: self.issuer) else { return false }
            guard let tenant = self.tenant else { return true }
            return claims["tid"]?.string.flatMap { UUID(uuidString: $0) } == tenant
        case .google: return ["https://accounts.google.com", "accounts.google.com", self.issuer].contains(issuer)
        default: return accepts(discoveredIssuer: issuer)
        }
    }

    /// Whether the issuer that an answer names is acceptable (RFC 9207, section 2.4).
    func accepts(answeringIssuer: String, _ metadata: ProviderMetadata) -> Bool {
        answeringIssuer.hasSameBytes(as: metadata.issuer)
            || (kind == .apple && accepts(discoveredIssuer: answeringIssuer)) || isTenantIssuer(answeringIssuer)
    }

    /// Whether an issuer is that of one of the tenants whose users can sign in. The token must then have the same.
    func isTenantIssuer(_ issuer: String) -> Bool {
        let parts = issuer.split(separator: "/", omittingEmptySubsequences: false)
        guard let tenants, parts.count == 5, let tenant = UUID(uuidString: String(parts[3])) else { return false }
        return tenants.contains(tenant) && issuer.hasSameBytes(as: Self.microsoftIssuer(String(parts[3])))
    }

    /// Whether the issuer of a discovery document is acceptable (OpenID Connect Discovery 1.0, section 4.3).
    func accepts(discoveredIssuer: String) -> Bool {
        if kind == .microsoft, isForManyTenants {
            // Microsoft writes a placeholder for the tenant, unless only one is meant.
            return discoveredIssuer.hasSameBytes(as: Self.microsoftIssuer("{tenantid}"))
                || discoveredIssuer.hasSameBytes(as: issuer)
                || (tenants == .consumers && isTenantIssuer(discoveredIssuer))
        }
        return discoveredIssuer.hasSameBytes(as: issuer)
            || (kind == .apple && Self.appleIssuers.contains { discoveredIssuer.hasSameBytes(as: $0) })
    }

    /// Apple goes by two names.
    private static let appleIssuers = ["https://appleid.apple.com", "https://account.apple.com"]

    /// Tenants of Microsoft that go by one word (Microsoft identity platform, "OpenID Connect", "Find your app's OpenID
    /// configuration document URI").
    private enum Tenants: String, CaseIterable {
        case common, organizations, consumers

        /// The tenant of all personal accounts.
        private static let personal = UUID(uuidString: "9188040d-6c67-4c5b-b112-36a304b66dad")

        func contains(_ tenant: UUID) -> Bool {
            switch self {
            case .common: true
            case .organizations: tenant != Self.personal
            case .consumers: tenant == Self.personal
            }
        }
    }

    private var tenants: Tenants? {
        Tenants.allCases.first { issuer.hasSameBytes(as: Self.microsoftIssuer($0.rawValue)) }
    }

    /// Whether people of any organization, or with personal accounts, can sign in.
    var isForManyTenants: Bool { tenants != nil }

    /// The tenant that the configured issuer names.
    private var tenant: UUID? {
        issuer.split(separator: "/").dropLast().last.flatMap { UUID(uuidString: String($0)) }
    }

    private static func microsoftIssuer(_ tenant: String) -> String {
        "https://login.microsoftonline.com/\(tenant)/v2.0"
    }
}

extension Provider.Kind {
    /// What the provider of this id is like.
    init(id: String) {
        self = id == "oidc" ? .oidc : Self(rawValue: id) ?? .oidc
    }

    /// The issuer where the settings have none.
    var issuer: String? {
        switch self {
        case .google: "https://accounts.google.com"
        case .github: "https://github.com"
        case .microsoft: "https://login.microsoftonline.com/common/v2.0"
        case .apple: "https://appleid.apple.com"
        case .gitlab: "https://gitlab.com"
        case .oidc: nil
        }
    }

    /// The name where the settings have none.
    var name: String? {
        switch self {
        case .google: "Google"
        case .github: "GitHub"
        case .microsoft: "Microsoft"
        case .apple: "Apple"
        case .gitlab: "GitLab"
        case .oidc: nil
        }
    }

    /// The scopes where the settings have none: the id, the name and the address of the user.
    var scopes: String {
        switch self {
        case .github: "read:user user:email"
        case .apple: "openid name email"
        default: "openid profile email"
        }
    }
}
