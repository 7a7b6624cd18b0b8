internal import COpenSSL

/// ECDSA (FIPS 186-5) on a curve, with the hash function of the curve's size.
public enum ECDSA<Curve: EllipticCurve> {
    /// A key that verifies.
    public struct PublicKey: Sendable {
        /// The point's coordinates, as in a JSON Web Key.
        public let x: [UInt8]
        /// The point's coordinates, as in a JSON Web Key.
        public let y: [UInt8]
        private let key: KeyPair

        /// Makes a key from the coordinates of a point.
        /// - Throws: `CryptoError.invalidKey` unless both have full length and the point lies on the curve.
        public init(x: [UInt8], y: [UInt8]) throws {
            key = try Curve.implementation.publicKey(x: x, y: y)
            (self.x, self.y) = (x, y)
        }

        fileprivate init(of pair: KeyPair) throws {
            key = pair
            x = try pair.number(OSSL_PKEY_PARAM_EC_PUB_X, Curve.byteCount)
            y = try pair.number(OSSL_PKEY_PARAM_EC_PUB_Y, Curve.byteCount)
        }

        /// Whether a signature is that of a message.
        public func isValid(_ signature: Signature, for message: some Sequence<UInt8>) -> Bool {
            guard let der = try? signature.der else { return false }
            return key.verify(der, of: message, ECDSA.scheme)
        }
    }

    /// A key that signs.
    public struct PrivateKey: Sendable {
        /// The key that verifies signatures of this one.
        public let publicKey: PublicKey
        private let key: KeyPair

        /// Makes a new key.
        public init() throws {
            try self.init(Curve.implementation.newKeyPair())
        }

        /// Makes a key from its number, the highest byte first. The caller wipes its own copy.
        /// - Throws: `CryptoError.invalidKey` unless it has full length and is between 1 and the order of the curve.
        public init(bytes: some Collection<UInt8>) throws {
            try self.init(Curve.implementation.keyPair(bytes))
        }

        private init(_ pair: KeyPair) throws {
            key = pair
            publicKey = try PublicKey(of: pair)
        }

        /// Lends the number of the key, and wipes it afterwards.
        public func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) throws -> Result) throws -> Result {
            var bytes = try key.number(OSSL_PKEY_PARAM_PRIV_KEY, Curve.byteCount)
            defer { bytes.wipe() }
            return try bytes.withUnsafeBufferPointer(body)
        }

        /// Signs a message.
        public func sign(_ message: some Sequence<UInt8>) throws -> Signature {
            try Signature(der: key.sign(message, ECDSA.scheme))
        }
    }

    /// A signature: two numbers, unverified.
    public struct Signature: Sendable {
        /// Both numbers in full length, one after the other, as in JOSE (RFC 7518, section 3.4).
        public let fixedWidth: [UInt8]

        /// Reads the form of JOSE.
        /// - Throws: `CryptoError.invalidSignature` unless both numbers have full length.
        public init(fixedWidth: some Collection<UInt8>) throws {
            guard fixedWidth.count == 2 * Curve.byteCount else { throw CryptoError.invalidSignature }
            self.fixedWidth = Array(fixedWidth)
        }

        /// Reads the form of X.509 and most protocols (RFC 3279, section 2.2.3).
        /// - Throws: `CryptoError.invalidSignature` for another form, including BER that is not DER.
        public init(der: [UInt8]) throws {
            let width = Curve.byteCount
            let signature = try der.withUnsafeBufferPointer { der in
                var position = der.baseAddress
                return try check(d2i_ECDSA_SIG(nil, &position, der.count), or: .invalidSignature)
            }
            defer { ECDSA_SIG_free(signature) }
            let (r, s) = (ECDSA_SIG_get0_r(signature), ECDSA_SIG_get0_s(signature))
            guard BN_is_negative(r) == 0, BN_is_negative(s) == 0 else { throw CryptoError.invalidSignature }
            fixedWidth = try [UInt8](count: 2 * width) { bytes in
                let isDone =
                    BN_bn2binpad(r, bytes, Int32(width)) == width
                    && BN_bn2binpad(s, bytes.map { $0 + width }, Int32(width)) == width
                try check(isDone ? 1 : 0, or: .invalidSignature)
            }
            guard try self.der == der else { throw CryptoError.invalidSignature }
        }

        /// The form of X.509 and most protocols.
        public var der: [UInt8] {
            get throws {
                let signature = try check(ECDSA_SIG_new())
                defer { ECDSA_SIG_free(signature) }
                let width = Int32(Curve.byteCount)
                let (r, s) = fixedWidth.withUnsafeBufferPointer { bytes in
                    let start = bytes.baseAddress
                    return (BN_bin2bn(start, width, nil), BN_bin2bn(start.map { $0 + Int(width) }, width, nil))
                }
                // This takes ownership of both numbers.
                try check(ECDSA_SIG_set0(signature, r, s))
                var bytes: UnsafeMutablePointer<UInt8>?
                let count = i2d_ECDSA_SIG(signature, &bytes)
                defer { CRYPTO_free(bytes, #file, #line) }
                guard let bytes, count > 0 else { throw CryptoError.failed }
                return Array(UnsafeBufferPointer(start: bytes, count: Int(count)))
            }
        }
    }

    private static var scheme: KeyPair.Scheme { KeyPair.Scheme(function: Curve.implementation.function) }
}
