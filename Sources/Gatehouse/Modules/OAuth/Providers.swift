import FoundationEssentials
import Web

/// The providers of an installation, and what visits to them need.
struct Providers: Sendable {
    private let all: [Provider]
    private let outbound: Outbound
    private let queue = ProviderQueue()
    let redirectURLs: RedirectURLs
    let publicURL: String
    /// Seals tokens of providers.
    let vault: Vault

    init(_ services: Services) throws {
        let settings = try services.settings(OAuthSettings.self)
        all = settings.providers
        outbound = services.outbound
        publicURL = services.publicURL
        redirectURLs = RedirectURLs(registered: settings.redirectURLs, publicURL: services.publicURL)
        vault = .oauthTokens(services.masterKeys)
        for provider in all where !outbound.allowsURL(provider.issuer) {
            throw SettingsError(faults: [
                "the issuer of the provider \(provider.id) must be an https URL; http is only for development."
            ])
        }
    }

    /// The provider of an id; `nil` if it is switched off or never was.
    subscript(id: String) -> Provider? { all.first { $0.id.hasSameBytes(as: id) } }

    /// The providers as pages show them.
    var listed: [ListedProvider] { all.map { ListedProvider(id: $0.id, name: $0.name) } }

    func isEnabled(_ id: String) -> Bool { self[id] != nil }

    /// Where a provider sends browsers back to.
    func redirectURI(of provider: Provider) -> String {
        "\(publicURL)\(Route.base)/auth/oauth/\(provider.id)/callback"
    }

    /// A client for one sign-in.
    func client(of provider: Provider, _ call: Call) -> ProviderClient {
        ProviderClient(provider, outbound, in: call.db, log: call.log, queue: queue)
    }

    /// Seals a token of a provider for an identity.
    func seal(_ token: String?, of provider: Provider, _ subject: String) throws -> [UInt8]? {
        // A longer one does not fit; no known provider has one.
        guard let token, token.utf8.count <= 2048 else { return nil }
        return try vault.seal(token.utf8, for: Self.row(provider.id, subject))
    }

    /// The identity to which a sealed token belongs.
    static func row(_ provider: String, _ subject: String) -> String { "\(provider) \(subject)" }
}

extension Vault {
    /// The vault of tokens of providers.
    static func oauthTokens(_ keys: MasterKeys) -> Vault { Vault(keys, label: "oauth-tokens") }
}

/// A provider by which users can sign in.
struct ListedProvider: ResponseObject {
    let id: String
    let name: String

    func write(to output: inout Output) {
        output.field("id", id)
        output.field("name", name)
    }

    static let example = ListedProvider(id: "google", name: "Google")
}
