internal import COpenSSL

/// What this target needs of libcrypto.
public enum Libcrypto {
    /// libcrypto offers less than is needed, as where its configuration leaves providers out.
    public struct Incomplete: Error, Equatable, CustomStringConvertible {
        /// What it does not offer.
        public let missing: [String]

        /// The reason in words.
        public var description: String { "OpenSSL's libcrypto offers no \(missing.joined(separator: ", "))" }
    }

    /// Looks for what is used where no error can be told: digests, HMAC, HKDF, encryption, random bytes; and for ECDSA,
    /// since access tokens are signed by it. Whoever starts a program asks once. What libcrypto offers does not change
    /// afterwards, and those calls fail for want of memory alone.
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
