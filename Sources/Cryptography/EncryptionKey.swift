internal import COpenSSL

/// A key of AES-256-GCM (NIST SP 800-38D). A sealed message is nonce (12 bytes), ciphertext and tag (16). The nonce is
/// random, and callers cannot choose it: a nonce that is used twice would compromise the key. Up to 2^32 messages may
/// be sealed under one key (section 8.3).
public struct EncryptionKey: SecretKey {
    /// 256 bits.
    public static let byteCount = 32
    /// Only this length.
    public static let acceptedByteCounts = 32...32

    private let secret: SecretBytes
    private static let nonceCount = 12
    private static let tagCount = 16
    /// Never freed.
    nonisolated(unsafe) private static let algorithm = EVP_CIPHER_fetch(nil, "AES-256-GCM", nil)

    static var isOffered: Bool { algorithm != nil }

    /// Takes the 32 bytes of a key.
    public init(_ secret: SecretBytes) {
        self.secret = secret
    }

    /// Seals a message.
    /// - Parameter context: the owner of the message, such as a row. It is not stored; opening the message requires the
    ///   same context.
    public func seal(_ message: some Sequence<UInt8>, for context: some Sequence<UInt8>) throws -> [UInt8] {
        try seal(message, for: context, nonce: RandomBytes.make(Self.nonceCount))
    }

    /// The same with the caller's nonce, for test vectors.
    func seal(
        _ message: some Sequence<UInt8>, for context: some Sequence<UInt8>, nonce: [UInt8]
    ) throws -> [UInt8] {
        try message.withBlock { message in
            try context.withBlock { context in
                try [UInt8](count: Self.nonceCount + message.count + Self.tagCount) { output in
                    guard let output else { throw CryptoError.failed }
                    try seal(message, for: context, nonce: nonce, into: output)
                }
            }
        }
    }

    /// Writes nonce, ciphertext and tag. The message is read in place, since a copy of a secret would not be wiped.
    private func seal(
        _ message: UnsafeBufferPointer<UInt8>, for context: UnsafeBufferPointer<UInt8>, nonce: [UInt8],
        into output: UnsafeMutablePointer<UInt8>
    ) throws {
        let cipher = EVP_CIPHER_CTX_new()
        defer { EVP_CIPHER_CTX_free(cipher) }
        var length: Int32 = 0
        let body = output + Self.nonceCount
        output.update(from: nonce, count: Self.nonceCount)
        try secret.withBytes { key in
            try check(EVP_EncryptInit_ex2(cipher, Self.algorithm, key.baseAddress, nonce, nil))
        }
        try check(EVP_EncryptUpdate(cipher, nil, &length, context.baseAddress, Self.length(context)))
        try check(EVP_EncryptUpdate(cipher, body, &length, message.baseAddress, Self.length(message)))
        let tag = body + message.count
        try check(EVP_EncryptFinal_ex(cipher, tag, &length))
        try check(EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, Int32(Self.tagCount), tag))
    }

    /// Opens a message.
    /// - Parameter context: the context of `seal`.
    /// - Throws: `CryptoError.notAuthentic`.
    public func open(_ sealed: some Sequence<UInt8>, for context: some Sequence<UInt8>) throws -> [UInt8] {
        let (sealed, context) = (Array(sealed), Array(context))
        let count = sealed.count - Self.nonceCount - Self.tagCount
        guard count >= 0 else { throw CryptoError.notAuthentic }
        var tag = Array(sealed.suffix(Self.tagCount))
        return try [UInt8](count: count) { message in
            let cipher = EVP_CIPHER_CTX_new()
            defer { EVP_CIPHER_CTX_free(cipher) }
            var length: Int32 = 0
            try secret.withBytes { key in
                try check(EVP_DecryptInit_ex2(cipher, Self.algorithm, key.baseAddress, sealed, nil))
            }
            try check(EVP_DecryptUpdate(cipher, nil, &length, context, Self.length(context)))
            try sealed.withUnsafeBufferPointer { sealed in
                let body = sealed.baseAddress.map { $0 + Self.nonceCount }
                try check(EVP_DecryptUpdate(cipher, message, &length, body, Int32(count)))
            }
            try check(EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, Int32(Self.tagCount), &tag))
            var rest: UInt8 = 0
            if EVP_DecryptFinal_ex(cipher, &rest, &length) != 1 {
                OPENSSL_cleanse(message, count)
                ERR_clear_error()
                throw CryptoError.notAuthentic
            }
        }
    }

    /// libcrypto counts in 32 bits.
    private static func length(_ bytes: some Collection<UInt8>) throws -> Int32 {
        guard let length = Int32(exactly: bytes.count) else { throw CryptoError.failed }
        return length
    }
}
