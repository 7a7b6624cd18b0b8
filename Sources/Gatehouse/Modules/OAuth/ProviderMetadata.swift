import JOSE
import Web

/// Where a provider takes requests, from its discovery document (OpenID Connect Discovery 1.0, section 3; RFC 8414).
struct ProviderMetadata: Sendable {
    let issuer: String
    let authorizationEndpoint: String
    let tokenEndpoint: String
    /// `nil` for GitHub, which signs nothing.
    let keysURL: String?
    let userInfoEndpoint: String?
    let revocationEndpoint: String?
    /// The algorithms with which the provider may sign.
    let algorithms: [SignatureAlgorithm]
    /// Whether the client's id and secret go into the body of a request, and not into `Authorization`.
    let authenticatesInBody: Bool
    /// Whether every answer names its issuer (RFC 9207).
    let promisesIssuer: Bool

    /// Reads a discovery document.
    /// - Parameter isAcceptable: whether a URL may be used.
    /// - Throws: `ProviderFailure.refused` if something necessary is missing, or if it belongs to another issuer.
    init(_ json: JSON, of provider: Provider, isAcceptable: (String) -> Bool) throws(ProviderFailure) {
        func url(_ name: String) throws(ProviderFailure) -> String? {
            guard let value = json[name] else { return nil }
            guard let text = value.string, text.utf8.count <= 2048, isAcceptable(text) else {
                throw .refused(.metadata)
            }
            return text
        }
        guard let issuer = json["issuer"]?.string, provider.accepts(discoveredIssuer: issuer) else {
            throw .refused(.issuer)
        }
        guard let authorization = try url("authorization_endpoint"), let token = try url("token_endpoint"),
            let keys = try url("jwks_uri")
        else { throw .refused(.metadata) }
        self.issuer = issuer
        authorizationEndpoint = authorization
        tokenEndpoint = token
        keysURL = keys
        userInfoEndpoint = try url("userinfo_endpoint")
        revocationEndpoint = try url("revocation_endpoint")
        let offered = Self.words(json["id_token_signing_alg_values_supported"]) ?? ["RS256"]
        algorithms = SignatureAlgorithm.allCases.filter { offered.contains($0.rawValue) }
        guard !algorithms.isEmpty else { throw .refused(.metadata) }
        let methods = Self.words(json["token_endpoint_auth_methods_supported"]) ?? ["client_secret_basic"]
        authenticatesInBody = !methods.contains("client_secret_basic")
        promisesIssuer = json["authorization_response_iss_parameter_supported"] == true
    }

    /// GitHub's, which has no discovery document.
    /// - Parameter base: the beginning of its URLs.
    init(gitHub base: String) {
        // The `iss` of its answers ("Authorizing OAuth apps").
        issuer = "\(base)/login/oauth"
        authorizationEndpoint = "\(base)/login/oauth/authorize"
        tokenEndpoint = "\(base)/login/oauth/access_token"
        keysURL = nil
        userInfoEndpoint = base == "https://github.com" ? "https://api.github.com" : "\(base)/api/v3"
        revocationEndpoint = nil
        algorithms = []
        authenticatesInBody = true
        promisesIssuer = false
    }

    private static func words(_ json: JSON?) -> [String]? {
        guard case .array(let elements) = json else { return nil }
        return elements.compactMap(\.string)
    }
}
