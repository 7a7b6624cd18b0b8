public import Crypto
public import Web

/// A JSON Web Key (RFC 7517) that verifies signatures of one algorithm.
public struct PublicJWK: Sendable {
    /// The key, whose case is the algorithm.
    public enum Key: Sendable {
        /// ES256
        case es256(ECDSA<P256>.PublicKey)
        /// ES384
        case es384(ECDSA<P384>.PublicKey)
        /// ES512
        case es512(ECDSA<P521>.PublicKey)
        /// EdDSA
        case eddsa(Ed25519.PublicKey)
        /// RS256
        case rs256(RSA<PKCS1, SHA256>.PublicKey)
        /// RS384
        case rs384(RSA<PKCS1, SHA384>.PublicKey)
        /// RS512
        case rs512(RSA<PKCS1, SHA512>.PublicKey)
        /// PS256
        case ps256(RSA<PSS, SHA256>.PublicKey)
        /// PS384
        case ps384(RSA<PSS, SHA384>.PublicKey)
        /// PS512
        case ps512(RSA<PSS, SHA512>.PublicKey)
    }

    /// The name of the key, where it has one.
    public let keyID: String?
    /// The key.
    public let key: Key

    /// Names a key.
    public init(keyID: String?, _ key: Key) {
        self.keyID = keyID
        self.key = key
    }

    /// Reads a key that verifies, and binds it to an algorithm of the caller's choice.
    /// - Throws: `JOSEError.unusableKey` where the key is of another kind, names another algorithm or use, is not
    ///   valid, or is a private one, which nobody should have been given.
    public init(_ json: JSON, for algorithm: SignatureAlgorithm) throws(JOSEError) {
        guard json["d"] == nil, json["k"] == nil else { throw .unusableKey }
        keyID = try json.keyID(for: algorithm, operation: "verify")
        do {
            key =
                switch algorithm {
                case .es256: .es256(try .init(members: json))
                case .es384: .es384(try .init(members: json))
                case .es512: .es512(try .init(members: json))
                case .eddsa: .eddsa(try .init(members: json))
                case .rs256: .rs256(try .init(members: json))
                case .rs384: .rs384(try .init(members: json))
                case .rs512: .rs512(try .init(members: json))
                case .ps256: .ps256(try .init(members: json))
                case .ps384: .ps384(try .init(members: json))
                case .ps512: .ps512(try .init(members: json))
                }
        } catch {
            throw .unusableKey
        }
    }

    /// The one algorithm of the key.
    public var algorithm: SignatureAlgorithm {
        switch key {
        case .es256: .es256
        case .es384: .es384
        case .es512: .es512
        case .eddsa: .eddsa
        case .rs256: .rs256
        case .rs384: .rs384
        case .rs512: .rs512
        case .ps256: .ps256
        case .ps384: .ps384
        case .ps512: .ps512
        }
    }

    /// The key as JSON, for a key set.
    public var json: JSON {
        let name = keyID.map { [JSON.Member("kid", .string($0))] } ?? []
        let purpose = [JSON.Member("use", "sig"), JSON.Member("alg", .string(algorithm.rawValue))]
        return .object(key.implementation.members + purpose + name)
    }
}

extension PublicJWK.Key {
    var implementation: any JOSEPublicKey {
        switch self {
        case .es256(let key): key
        case .es384(let key): key
        case .es512(let key): key
        case .eddsa(let key): key
        case .rs256(let key): key
        case .rs384(let key): key
        case .rs512(let key): key
        case .ps256(let key): key
        case .ps384(let key): key
        case .ps512(let key): key
        }
    }
}

extension JSON {
    /// The name of a JSON Web Key, once it is known that the key may be used so (RFC 7517, sections 4.2 to 4.5).
    func keyID(for algorithm: SignatureAlgorithm, operation: String) throws(JOSEError) -> String? {
        if let named = self["alg"], named.string?.hasSameBytes(as: algorithm.rawValue) != true { throw .unusableKey }
        if let use = self["use"], use.string?.hasSameBytes(as: "sig") != true { throw .unusableKey }
        if let operations = self["key_ops"] {
            guard case .array(let operations) = operations,
                operations.contains(where: { $0.string?.hasSameBytes(as: operation) == true })
            else { throw .unusableKey }
        }
        guard let keyID = self["kid"] else { return nil }
        guard case .string(let name) = keyID else { throw .unusableKey }
        return name
    }
}
