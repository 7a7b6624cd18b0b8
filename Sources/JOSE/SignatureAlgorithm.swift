import Cryptography

/// A signature algorithm of JWS (RFC 7518, section 3.1; RFC 8037, section 3.1). `none` and algorithms with shared
/// secrets are missing, so no key can be bound to them.
public enum SignatureAlgorithm: String, Sendable, CaseIterable {
    /// ECDSA on P-256 with SHA-256.
    case es256 = "ES256"
    /// ECDSA on P-384 with SHA-384.
    case es384 = "ES384"
    /// ECDSA on P-521 with SHA-512.
    case es512 = "ES512"
    /// Ed25519; Ed448, which has the same name, is not supported.
    case eddsa = "EdDSA"
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    case rs256 = "RS256"
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    case rs384 = "RS384"
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    case rs512 = "RS512"
    /// RSASSA-PSS with SHA-256.
    case ps256 = "PS256"
    /// RSASSA-PSS with SHA-384.
    case ps384 = "PS384"
    /// RSASSA-PSS with SHA-512.
    case ps512 = "PS512"

    /// The scheme of the algorithm.
    var scheme: any SignatureScheme.Type {
        switch self {
        case .es256: ECDSA<P256>.self
        case .es384: ECDSA<P384>.self
        case .es512: ECDSA<P521>.self
        case .eddsa: Ed25519.self
        case .rs256: RSA<PKCS1, SHA256>.self
        case .rs384: RSA<PKCS1, SHA384>.self
        case .rs512: RSA<PKCS1, SHA512>.self
        case .ps256: RSA<PSS, SHA256>.self
        case .ps384: RSA<PSS, SHA384>.self
        case .ps512: RSA<PSS, SHA512>.self
        }
    }
}
