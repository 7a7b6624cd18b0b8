internal import COpenSSL

/// Ed25519 (RFC 8032), which hashes by SHA-512 itself.
public enum Ed25519 {
    /// How many bytes a key has.
    public static let keyByteCount = 32
    /// How many bytes a signature has.
    public static let signatureByteCount = 64

    /// A key that verifies.
    public struct PublicKey: Sendable {
        /// The key as RFC 8032 writes it.
        public let bytes: [UInt8]
        private let key: KeyPair

        /// Takes a key as RFC 8032 writes it.
        /// - Throws: `CryptoError.invalidKey` unless it has its length. Bytes that are no point verify nothing.
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
        /// The key that verifies what this one signs.
        public let publicKey: PublicKey
        private let key: KeyPair

        /// Makes a new key.
        public init() throws {
            try self.init(KeyPair(generating: name))
        }

        /// Takes a key as RFC 8032 writes it, the seed. The caller wipes what it holds.
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

        /// Lends the key as RFC 8032 writes it, and wipes it afterwards.
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

    /// A signature, which may be anything until a key verifies it.
    public struct Signature: Sendable {
        /// The signature as RFC 8032 writes it.
        public let bytes: [UInt8]

        /// Takes a signature as RFC 8032 writes it.
        /// - Throws: `CryptoError.invalidSignature` unless it has its length.
        public init(bytes: some Collection<UInt8>) throws {
            guard bytes.count == Ed25519.signatureByteCount else { throw CryptoError.invalidSignature }
            self.bytes = Array(bytes)
        }
    }

    private static let name = "ED25519"
    private static var scheme: KeyPair.Scheme { KeyPair.Scheme(function: nil) }
}
