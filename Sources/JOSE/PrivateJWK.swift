public import Crypto
public import Web

/// A key that signs by one algorithm. It can be read from JSON, and has no form as JSON itself, so none gets into a key
/// set.
public struct PrivateJWK: Sendable {
    /// The key, whose case is the algorithm.
    public enum Key: Sendable {
        /// ES256
        case es256(ECDSA<P256>.PrivateKey)
        /// ES384
        case es384(ECDSA<P384>.PrivateKey)
        /// ES512
        case es512(ECDSA<P521>.PrivateKey)
        /// EdDSA
        case eddsa(Ed25519.PrivateKey)
        /// RS256
        case rs256(RSA<PKCS1, SHA256>.PrivateKey)
        /// RS384
        case rs384(RSA<PKCS1, SHA384>.PrivateKey)
        /// RS512
        case rs512(RSA<PKCS1, SHA512>.PrivateKey)
        /// PS256
        case ps256(RSA<PSS, SHA256>.PrivateKey)
        /// PS384
        case ps384(RSA<PSS, SHA384>.PrivateKey)
        /// PS512
        case ps512(RSA<PSS, SHA512>.PrivateKey)
    }

    /// The key.
    public let key: Key
    /// The key that verifies what this one signs, of the same name.
    public let publicKey: PublicJWK

    /// Names a key.
    public init(keyID: String?, _ key: Key) {
        self.key = key
        publicKey = PublicJWK(keyID: keyID, key.published)
    }

    /// Reads a private key, and binds it to an algorithm of the caller's choice.
    /// - Throws: `JOSEError.unusableKey` where the key is of another kind, names another algorithm or use, or is
    ///   not valid.
    public init(_ json: JSON, for algorithm: SignatureAlgorithm) throws(JOSEError) {
        let keyID = try json.keyID(for: algorithm, operation: "sign")
        do {
            let key: Key =
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
            self.init(keyID: keyID, key)
        } catch {
            throw .unusableKey
        }
    }
}

extension PrivateJWK.Key {
    fileprivate var published: PublicJWK.Key {
        switch self {
        case .es256(let key): .es256(key.publicKey)
        case .es384(let key): .es384(key.publicKey)
        case .es512(let key): .es512(key.publicKey)
        case .eddsa(let key): .eddsa(key.publicKey)
        case .rs256(let key): .rs256(key.publicKey)
        case .rs384(let key): .rs384(key.publicKey)
        case .rs512(let key): .rs512(key.publicKey)
        case .ps256(let key): .ps256(key.publicKey)
        case .ps384(let key): .ps384(key.publicKey)
        case .ps512(let key): .ps512(key.publicKey)
        }
    }

    var implementation: any JOSEPrivateKey {
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
