import Cryptography
import FoundationEssentials
import JOSE
import Web

@testable import Gatehouse

extension Provider {
    /// A provider for tests.
    static func test(
        _ kind: Kind = .oidc, issuer: String = "https://op.example.com", clientID: String = "client"
    ) -> Provider {
        Provider(
            id: kind == .oidc ? "acme" : kind.rawValue, kind: kind, name: "Acme", issuer: issuer, clientID: clientID,
            credential: .secret("secret"), scopes: "openid profile email")
    }
}

/// A provider's key, and the tokens that it signs.
struct TokenSigner {
    let key: PrivateJWK

    init(keyID: String? = "k1") throws {
        key = PrivateJWK(keyID: keyID, try ECDSA<P256>.PrivateKey())
    }

    init(_ key: PrivateJWK) {
        self.key = key
    }

    /// The key set with this key.
    func keys(_ algorithms: [SignatureAlgorithm] = [.rs256, .es256, .eddsa]) throws -> ProviderKeys {
        try ProviderKeys(JWKSet([key.publicKey]).json, algorithms)
    }

    func sign(_ claims: JSON) throws -> String { try JWS.sign(claims.text(), with: key, type: nil) }
}

extension JSON {
    /// This object with members replaced; `nil` removes one.
    func with(_ changes: KeyValuePairs<String, JSON?>) -> JSON {
        var members = members
        for (name, value) in changes {
            members.removeAll { $0.name == name }
            if let value { members.append(Member(name, value)) }
        }
        return .object(members)
    }
}
