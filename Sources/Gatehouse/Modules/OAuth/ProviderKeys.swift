import JOSE
import Web

/// The keys of a provider. A key without an algorithm of its own can be bound to several of the provider's; the usual
/// algorithm of its kind then counts.
struct ProviderKeys: Sendable {
    private let sets: [JWKSet]

    /// Without `alg`, an RSA key signs RS256, which every provider must support (OpenID Connect Core 1.0, section
    /// 15.1).
    private static let usual: [SignatureAlgorithm] = [.rs256, .es256, .es384, .es512, .eddsa]

    /// Reads the keys of a provider.
    /// - Throws: `ProviderFailure.refused` if this is not a key set.
    init(_ json: JSON, _ algorithms: [SignatureAlgorithm]) throws(ProviderFailure) {
        guard let all = try? JWKSet(json, accepting: algorithms),
            let usual = try? JWKSet(json, accepting: Self.usual.filter(algorithms.contains))
        else { throw .refused(.answer) }
        sets = [all, usual]
    }

    /// Whether no key can verify a token.
    var isEmpty: Bool { sets.allSatisfy(\.keys.isEmpty) }

    /// The keys that may have signed a token.
    func keys(for token: JWS) -> [PublicJWK] { sets.compactMap { $0.key(for: token) } }
}
