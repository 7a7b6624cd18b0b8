internal import COpenSSL

/// Ed25519 (RFC 8032), which hashes by SHA-512 itself.
public enum Ed25519 {
    /// The length of a key in bytes.
    public static let keyByteCount = 32
    /// The length of a signature in bytes.
    public static let signatureByteCount = 64

    /// A key that verifies.
    public struct PublicKey: Sendable {
        /// The key in the form of RFC 8032.
        public let bytes: [UInt8]
        private let key: KeyPair

        /// Takes a key in the form of RFC 8032.
        /// - Throws: `CryptoError.invalidKey` unless it has its length. Bytes that are not a point verify nothing.
        public init(bytes: some Collection<UInt8>) throws {
            guard bytes.count == Ed25519.keyByteCount else { throw CryptoError.invalidKey }
            self.bytes = Array(bytes)
            key = KeyPair(try check(EVP_PKEY_new_raw_public_key_ex(nil, name, nil, self.bytes, bytes.count)))
        }

        fileprivate init(of pair: KeyPair) throws {
            var count = Ed25519.keyByteCount
            bytes = try [UInt8](count: count) { try check(EVP_PKEY_get_raw_public_key(pair.key, $0, &count)) }
            key = pair
        }

        /// Whether a signature is that of a message.
        public func isValid(_ signature: Signature, for message: some Sequence<UInt8>) -> Bool {
            key.verify(signature.bytes, of: message, scheme)
        }
    }

    /// A key that signs.
    public struct PrivateKey: Sendable {
        /// The key that verifies signatures of this one.
        public let publicKey: PublicKey
        private let key: KeyPair

        /// Makes a new key.
        public init() throws {
            try self.init(KeyPair(generating: name))
        }

        /// Takes a key in the form of RFC 8032, the seed. The caller wipes its own copy.
        /// - Throws: `CryptoError.invalidKey` unless it has its length.
        public init(bytes: some Collection<UInt8>) throws {
            guard bytes.count == Ed25519.keyByteCount else { throw CryptoError.invalidKey }
            let pair = try bytes.withBlock { bytes in
                KeyPair(try check(EVP_PKEY_new_raw_private_key_ex(nil, name, nil, bytes.baseAddress, bytes.count)))
            }
            try self.init(pair)
        }

        private init(_ pair: KeyPair) throws {
            key = pair
            publicKey = try PublicKey(of: pair)
        }

        /// Lends the key in the form of RFC 8032, and wipes it afterwards.
        public func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) throws -> Result) throws -> Result {
            var count = Ed25519.keyByteCount
            var bytes = try [UInt8](count: count) { try check(EVP_PKEY_get_raw_private_key(key.key, $0, &count)) }
            defer { bytes.wipe() }
            return try bytes.withUnsafeBufferPointer(body)
        }

        /// Signs a message. The same message has the same signature each time.
        public func sign(_ message: some Sequence<UInt8>) throws -> Signature {
            try Signature(bytes: key.sign(message, scheme))
        }
    }

    /// A signature, unverified.
    public struct Signature: Sendable {
        /// The signature in the form of RFC 8032.
        public let bytes: [UInt8]

        /// Takes a signature in the form of RFC 8032.
        /// - Throws: `CryptoError.invalidSignature` unless it has its length.
        public init(bytes: some Collection<UInt8>) throws {
            guard bytes.count == Ed25519.signatureByteCount else { throw CryptoError.invalidSignature }
            self.bytes = Array(bytes)
        }
    }

    private static let name = "ED25519"
    private static var scheme: KeyPair.Scheme { KeyPair.Scheme(function: nil) }
}
