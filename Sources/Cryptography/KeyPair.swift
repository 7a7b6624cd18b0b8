internal import COpenSSL

/// A key of libcrypto, private or public, which never changes. libcrypto wipes and frees it with the last reference.
final class KeyPair: @unchecked Sendable {
    let key: OpaquePointer

    /// Takes ownership of a key.
    init(_ key: OpaquePointer) {
        self.key = key
    }

    deinit { EVP_PKEY_free(key) }

    /// The parameters of signatures besides the kind of key.
    struct Scheme {
        /// The name of the hash function; `nil` if the scheme has its own.
        let function: StaticString?
        /// Sets further parameters.
        var configure: (_ context: OpaquePointer?) throws -> Void = { _ in }
    }

    /// Makes a new key.
    convenience init(
        generating kind: String, _ configure: (_ context: OpaquePointer) throws -> Void = { _ in }
    ) throws {
        let context = try check(EVP_PKEY_CTX_new_from_name(nil, kind, nil))
        defer { EVP_PKEY_CTX_free(context) }
        try check(EVP_PKEY_keygen_init(context))
        try configure(context)
        var key: OpaquePointer?
        try check(EVP_PKEY_generate(context, &key))
        self.init(try check(key))
    }

    /// A number of the key with a given length in bytes, the highest first.
    func number(_ name: String, _ count: Int) throws -> [UInt8] {
        var number: OpaquePointer?
        defer { BN_clear_free(number) }
        try check(EVP_PKEY_get_bn_param(key, name, &number))
        return try [UInt8](count: count) { bytes in
            guard BN_bn2binpad(number, bytes, Int32(count)) == count else { throw CryptoError.failed }
        }
    }

    /// Signs a message.
    func sign(_ message: some Sequence<UInt8>, _ scheme: Scheme) throws -> [UInt8] {
        let context = try check(EVP_MD_CTX_new())
        defer { EVP_MD_CTX_free(context) }
        var keyContext: OpaquePointer?
        try check(EVP_DigestSignInit_ex(context, &keyContext, scheme.function?.pointer, nil, nil, key, nil))
        try scheme.configure(keyContext)
        return try message.withBlock { message in
            var length = 0
            try check(EVP_DigestSign(context, nil, &length, message.baseAddress, message.count))
            var signature = [UInt8](repeating: 0, count: length)
            try check(EVP_DigestSign(context, &signature, &length, message.baseAddress, message.count))
            signature.removeLast(signature.count - length)
            return signature
        }
    }

    /// Whether a signature is that of a message.
    func verify(_ signature: [UInt8], of message: some Sequence<UInt8>, _ scheme: Scheme) -> Bool {
        guard let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        do {
            var keyContext: OpaquePointer?
            try check(EVP_DigestVerifyInit_ex(context, &keyContext, scheme.function?.pointer, nil, nil, key, nil))
            try scheme.configure(keyContext)
            try message.withBlock { message in
                let status = EVP_DigestVerify(
                    context, signature, signature.count, message.baseAddress, message.count)
                try check(status, or: .invalidSignature)
            }
            return true
        } catch {
            return false
        }
    }
}
