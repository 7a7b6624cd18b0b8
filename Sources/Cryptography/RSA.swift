internal import COpenSSL

/// RSA signatures (RFC 8017), with keys from 2048 to 8192 bits. The padding is part of the type, such as `RSA<PSS,
/// SHA256>`, so a key is used with only one padding.
public enum RSA<Padding: RSAPadding, Function: HashFunction> {
    /// A key that verifies.
    public struct PublicKey: Sendable {
        /// The modulus, the highest byte first and not zero, as in a JSON Web Key.
        public let modulus: [UInt8]
        /// The exponent, the highest byte first and not zero, as in a JSON Web Key.
        public let exponent: [UInt8]
        private let key: KeyPair

        /// Takes the numbers of a key, the highest byte first.
        /// - Throws: `CryptoError.invalidKey` for a modulus outside of 2048 to 8192 bits, or an exponent that is even,
        ///   below 3 or above 64 bits.
        public init(modulus: [UInt8], exponent: [UInt8]) throws {
            let numbers = RSANumbers(modulus: modulus, exponent: exponent)
            key = try numbers.publicKey()
            (self.modulus, self.exponent) = (numbers.modulus, numbers.exponent)
        }

        fileprivate init(_ numbers: RSANumbers, _ key: KeyPair) {
            (modulus, exponent, self.key) = (numbers.modulus, numbers.exponent, key)
        }

        /// Whether a signature is that of a message.
        public func isValid(_ signature: Signature, for message: some Sequence<UInt8>) -> Bool {
            guard signature.bytes.count == modulus.count else { return false }
            return key.verify(signature.bytes, of: message, RSA.scheme)
        }
    }

    /// A key that signs.
    public struct PrivateKey: Sendable {
        /// The key that verifies signatures of this one.
        public let publicKey: PublicKey
        private let key: KeyPair

        /// Makes a new key with the exponent 65537.
        /// - Throws: `CryptoError.invalidKey` for a size outside of 2048 to 8192 bits.
        public init(bitCount: Int = 3072) throws {
            guard RSANumbers.bitCounts.contains(bitCount) else { throw CryptoError.invalidKey }
            key = try KeyPair(generating: RSANumbers.kind) { context in
                try check(EVP_PKEY_CTX_set_rsa_keygen_bits(context, Int32(bitCount)))
            }
            publicKey = PublicKey(try RSANumbers(of: key), key)
        }

        /// Takes the numbers of a key, the highest byte first, as in a JSON Web Key (RFC 7518, section 6.3). The caller
        /// wipes its own copy.
        /// - Throws: `CryptoError.invalidKey` like `PublicKey`, and if the numbers do not fit together.
        public init(
            modulus: [UInt8], exponent: [UInt8], privateExponent d: [UInt8], firstPrime p: [UInt8],
            secondPrime q: [UInt8], firstExponent dp: [UInt8], secondExponent dq: [UInt8], coefficient qi: [UInt8]
        ) throws {
            let numbers = RSANumbers(modulus: modulus, exponent: exponent)
            key = try numbers.keyPair(
                [
                    ("d", d), ("rsa-factor1", p), ("rsa-factor2", q),
                    ("rsa-exponent1", dp), ("rsa-exponent2", dq),
                    ("rsa-coefficient1", qi),
                ])
            publicKey = PublicKey(numbers, key)
        }

        /// Signs a message.
        public func sign(_ message: some Sequence<UInt8>) throws -> Signature {
            try Signature(bytes: key.sign(message, RSA.scheme))
        }
    }

    /// A signature, unverified.
    public struct Signature: Sendable {
        /// The signature, as long as the modulus of its key.
        public let bytes: [UInt8]

        /// Takes a signature.
        public init(bytes: [UInt8]) {
            self.bytes = bytes
        }
    }

    private static var scheme: KeyPair.Scheme {
        KeyPair.Scheme(function: Function.implementation.name) { try Padding.implementation.configure($0) }
    }
}

/// The padding of a digest before RSA signs it: `PKCS1` or `PSS`.
public protocol RSAPadding: Sendable {
    /// The padding of libcrypto. Only this target can make one.
    static var implementation: RSAPaddingImplementation { get }
}

/// A padding of libcrypto.
public struct RSAPaddingImplementation: Sendable {
    let mode: Int32
    /// The length of the salt; `nil` without one.
    let saltLength: Int32?

    func configure(_ context: OpaquePointer?) throws {
        try check(EVP_PKEY_CTX_set_rsa_padding(context, mode))
        if let saltLength { try check(EVP_PKEY_CTX_set_rsa_pss_saltlen(context, saltLength)) }
    }
}

/// RSASSA-PKCS1-v1_5 (RFC 8017, section 8.2).
public enum PKCS1: RSAPadding {
    /// libcrypto's.
    public static let implementation = RSAPaddingImplementation(mode: RSA_PKCS1_PADDING, saltLength: nil)
}

/// RSASSA-PSS (RFC 8017, section 8.1) with a salt as long as the digest, and with the hash function of the message in
/// MGF1, as in JOSE (RFC 7518, section 3.5).
public enum PSS: RSAPadding {
    /// libcrypto's.
    public static let implementation = RSAPaddingImplementation(
        mode: RSA_PKCS1_PSS_PADDING, saltLength: RSA_PSS_SALTLEN_DIGEST)
}

/// The public numbers of an RSA key, without leading zeros.
struct RSANumbers {
    let modulus: [UInt8]
    let exponent: [UInt8]

    static let kind = "RSA"
    /// NIST SP 800-131A requires at least 2048. The upper bound limits the cost of a stranger's key.
    static let bitCounts = 2048...8192

    init(modulus: [UInt8], exponent: [UInt8]) {
        self.modulus = Array(modulus.drop { $0 == 0 })
        self.exponent = Array(exponent.drop { $0 == 0 })
    }

    init(of key: KeyPair) throws {
        self.init(
            modulus: try key.number(OSSL_PKEY_PARAM_RSA_N, Int(EVP_PKEY_get_size(key.key))),
            exponent: try key.number(OSSL_PKEY_PARAM_RSA_E, 8))
    }

    func publicKey() throws -> KeyPair {
        try makeKey(OSSL_KEYMGMT_SELECT_PUBLIC_KEY, [])
    }

    /// Makes a key pair with these private numbers.
    /// - Throws: `CryptoError.invalidKey` if the numbers do not fit together.
    func keyPair(_ secrets: [(name: StaticString, value: [UInt8])]) throws -> KeyPair {
        let pair = try makeKey(OSSL_KEYMGMT_SELECT_KEYPAIR, secrets)
        let context = try check(EVP_PKEY_CTX_new_from_pkey(nil, pair.key, nil))
        defer { EVP_PKEY_CTX_free(context) }
        try check(EVP_PKEY_pairwise_check(context), or: .invalidKey)
        return pair
    }

    private func makeKey(_ selection: Int32, _ secrets: [(name: StaticString, value: [UInt8])]) throws -> KeyPair {
        let bitCount = modulus.count * 8 - (modulus.first?.leadingZeroBitCount ?? 0)
        guard Self.bitCounts.contains(bitCount), modulus.last.map({ $0 & 1 == 1 }) == true, exponent.count <= 8,
            exponent.last.map({ $0 & 1 == 1 }) == true, exponent != [1]
        else { throw CryptoError.invalidKey }
        var parameters = try KeyParameters()
        try parameters.number("n", modulus)
        try parameters.number("e", exponent)
        for secret in secrets { try parameters.number(secret.name, secret.value, isSecret: true) }
        return try parameters.key(Self.kind, selection: selection)
    }
}
