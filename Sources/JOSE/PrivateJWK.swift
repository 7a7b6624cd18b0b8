public import Cryptography
public import Web

/// A key that signs with one algorithm, which its type or its reader determines. It can be read from JSON but not
/// written, so it cannot get into a key set.
public struct PrivateJWK: Sendable {
    /// The key that verifies signatures of this one, with the same id.
    public let publicKey: PublicJWK
    let key: any JOSEPrivateKey

    private init(keyID: String?, _ algorithm: SignatureAlgorithm, _ key: any JOSEPrivateKey) {
        self.key = key
        publicKey = PublicJWK(keyID: keyID, algorithm, key.publicKey)
    }

    /// Reads a private key, and binds it to an algorithm of the caller's choice.
    /// - Throws: `JOSEError.unusableKey` if the key is of another kind, has another algorithm or use, or is not valid.
    public init(_ json: JSON, for algorithm: SignatureAlgorithm) throws(JOSEError) {
        let keyID = try json.keyID(for: algorithm, operation: "sign")
        do {
            self.init(keyID: keyID, algorithm, try algorithm.scheme.privateKey(json))
        } catch {
            throw .unusableKey
        }
    }
}

extension PrivateJWK {
    /// Names a key of ES256.
    public init(keyID: String?, _ key: ECDSA<P256>.PrivateKey) {
        self.init(keyID: keyID, .es256, key)
    }

    /// Names a key of ES384.
    public init(keyID: String?, _ key: ECDSA<P384>.PrivateKey) {
        self.init(keyID: keyID, .es384, key)
    }

    /// Names a key of ES512.
    public init(keyID: String?, _ key: ECDSA<P521>.PrivateKey) {
        self.init(keyID: keyID, .es512, key)
    }

    /// Names a key of EdDSA.
    public init(keyID: String?, _ key: Ed25519.PrivateKey) {
        self.init(keyID: keyID, .eddsa, key)
    }

    /// Names a key of RS256.
    public init(keyID: String?, _ key: RSA<PKCS1, SHA256>.PrivateKey) {
        self.init(keyID: keyID, .rs256, key)
    }

    /// Names a key of RS384.
    public init(keyID: String?, _ key: RSA<PKCS1, SHA384>.PrivateKey) {
        self.init(keyID: keyID, .rs384, key)
    }

    /// Names a key of RS512.
    public init(keyID: String?, _ key: RSA<PKCS1, SHA512>.PrivateKey) {
        self.init(keyID: keyID, .rs512, key)
    }

    /// Names a key of PS256.
    public init(keyID: String?, _ key: RSA<PSS, SHA256>.PrivateKey) {
        self.init(keyID: keyID, .ps256, key)
    }

    /// Names a key of PS384.
    public init(keyID: String?, _ key: RSA<PSS, SHA384>.PrivateKey) {
        self.init(keyID: keyID, .ps384, key)
    }

    /// Names a key of PS512.
    public init(keyID: String?, _ key: RSA<PSS, SHA512>.PrivateKey) {
        self.init(keyID: keyID, .ps512, key)
    }
}
