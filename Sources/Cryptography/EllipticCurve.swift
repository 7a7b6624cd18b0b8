internal import COpenSSL

/// A curve of NIST (FIPS 186-5): a type such as `P256`, so keys and signatures of different curves are different types.
public protocol EllipticCurve: Sendable {
    /// The curve of libcrypto. Only this target can make one.
    static var implementation: CurveImplementation { get }
}

/// A curve, and the only hash function for it, which has the same size.
public struct CurveImplementation: Sendable {
    /// The curve's name in JSON Web Keys (RFC 7518, section 6.2.1.1), which libcrypto accepts too.
    let name: StaticString
    let identifier: Int32
    /// The length of a number below its order.
    let byteCount: Int
    let function: StaticString
}

/// P-256, with SHA-256.
public enum P256: EllipticCurve {
    /// libcrypto's.
    public static let implementation = CurveImplementation(
        name: "P-256", identifier: NID_X9_62_prime256v1, byteCount: 32, function: "SHA256")
}

/// P-384, with SHA-384.
public enum P384: EllipticCurve {
    /// libcrypto's.
    public static let implementation = CurveImplementation(
        name: "P-384", identifier: NID_secp384r1, byteCount: 48, function: "SHA384")
}

/// P-521, with SHA-512.
public enum P521: EllipticCurve {
    /// libcrypto's.
    public static let implementation = CurveImplementation(
        name: "P-521", identifier: NID_secp521r1, byteCount: 66, function: "SHA512")
}

extension EllipticCurve {
    /// The name in JSON Web Keys, such as `P-256`.
    public static var name: String { "\(implementation.name)" }

    /// The length of a coordinate, a private key and each half of a signature, in bytes.
    public static var byteCount: Int { implementation.byteCount }
}

extension CurveImplementation {
    private static let uncompressed: UInt8 = 4

    /// Makes a public key from a point.
    /// - Throws: `CryptoError.invalidKey` unless it lies on the curve.
    func publicKey(x: [UInt8], y: [UInt8]) throws -> KeyPair {
        guard x.count == byteCount, y.count == byteCount else { throw CryptoError.invalidKey }
        return try key([Self.uncompressed] + x + y, [UInt8]?.none)
    }

    /// Makes a key pair from a private key, and computes the public key.
    /// - Throws: `CryptoError.invalidKey` unless it lies between 1 and the order of the curve.
    func keyPair(_ secret: some Collection<UInt8>) throws -> KeyPair {
        guard secret.count == byteCount else { throw CryptoError.invalidKey }
        let group = try check(EC_GROUP_new_by_curve_name(identifier))
        defer { EC_GROUP_free(group) }
        let number = try check(BN_secure_new())
        defer { BN_clear_free(number) }
        try secret.withBlock { secret in _ = try check(BN_bin2bn(secret.baseAddress, Int32(secret.count), number)) }
        BN_set_flags(number, BN_FLG_CONSTTIME)
        guard BN_is_zero(number) == 0, BN_cmp(number, EC_GROUP_get0_order(group)) < 0 else {
            throw CryptoError.invalidKey
        }
        let point = try check(EC_POINT_new(group))
        defer { EC_POINT_free(point) }
        try check(EC_POINT_mul(group, point, number, nil, nil, nil))
        let publicKey = try [UInt8](count: 1 + 2 * byteCount) { bytes in
            let count = EC_POINT_point2oct(
                group, point, POINT_CONVERSION_UNCOMPRESSED, bytes, 1 + 2 * byteCount, nil)
            guard count == 1 + 2 * byteCount else { throw CryptoError.failed }
        }
        return try key(publicKey, secret)
    }

    /// Makes a new key pair.
    func newKeyPair() throws -> KeyPair {
        try KeyPair(generating: "EC") { context in try check(EVP_PKEY_CTX_set_group_name(context, name.pointer)) }
    }

    private func key(_ point: [UInt8], _ secret: (some Collection<UInt8>)?) throws -> KeyPair {
        try point.withUnsafeBufferPointer { point in
            var parameters = try KeyParameters()
            try parameters.text("group", name)
            try parameters.bytes("pub", point)
            if let secret { try parameters.number("priv", secret, isSecret: true) }
            // EVP_PKEY_PUBLIC_KEY or EVP_PKEY_KEYPAIR, macros that Swift does not import.
            var selection = OSSL_KEYMGMT_SELECT_ALL_PARAMETERS | OSSL_KEYMGMT_SELECT_PUBLIC_KEY
            if secret != nil { selection |= OSSL_KEYMGMT_SELECT_PRIVATE_KEY }
            return try parameters.key("EC", selection: selection)
        }
    }
}
