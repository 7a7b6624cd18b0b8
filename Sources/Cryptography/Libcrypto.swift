internal import COpenSSL

/// The check of libcrypto for this target.
public enum Libcrypto {
    /// libcrypto lacks algorithms, for example because its configuration omits providers.
    public struct Incomplete: Error, Equatable, CustomStringConvertible {
        /// The missing algorithms.
        public let missing: [String]

        /// The reason in words.
        public var description: String { "OpenSSL's libcrypto offers no \(missing.joined(separator: ", "))" }
    }

    /// Checks the algorithms that are used where no error can be thrown: digests, HMAC, HKDF, encryption, random bytes;
    /// and ECDSA, which signs access tokens. A program calls this once at its start. Afterwards the algorithms do not
    /// change, and these calls can only fail for lack of memory.
    public static func check() throws(Incomplete) {
        let needed = [
            ("SHA-1", SHA1.isOffered), ("SHA-256", SHA256.implementation.isOffered),
            ("SHA-384", SHA384.implementation.isOffered), ("SHA-512", SHA512.implementation.isOffered),
            ("HMAC", KeyedMAC.isOffered), ("HKDF", KeyMaterial.isOffered), ("AES-256-GCM", EncryptionKey.isOffered),
            ("ECDSA", isOffered(key: "EC", signature: "ECDSA")), ("random numbers", makesRandomNumbers()),
        ]
        ERR_clear_error()
        let missing = needed.filter { !$0.1 }.map(\.0)
        guard missing.isEmpty else { throw Incomplete(missing: missing) }
    }

    private static func isOffered(key: StaticString, signature: StaticString) -> Bool {
        let (keys, signatures) = (
            EVP_KEYMGMT_fetch(nil, key.pointer, nil), EVP_SIGNATURE_fetch(nil, signature.pointer, nil)
        )
        defer {
            EVP_KEYMGMT_free(keys)
            EVP_SIGNATURE_free(signatures)
        }
        return keys != nil && signatures != nil
    }

    private static func makesRandomNumbers() -> Bool {
        var byte: UInt8 = 0
        return RAND_bytes(&byte, 1) == 1 && RAND_priv_bytes(&byte, 1) == 1
    }
}
