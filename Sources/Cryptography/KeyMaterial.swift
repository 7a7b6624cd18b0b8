internal import COpenSSL

/// A secret from which keys for several purposes are derived with HKDF (RFC 5869). It has no other use.
public struct KeyMaterial: SecretKey {
    /// 256 bits.
    public static let byteCount = 32
    /// From 128 bits.
    public static let acceptedByteCounts = 16...Int.max

    private let secret: SecretBytes
    /// Never freed.
    nonisolated(unsafe) private static let algorithm = EVP_KDF_fetch(nil, OSSL_KDF_NAME_HKDF, nil)

    static var isOffered: Bool { algorithm != nil }

    /// Takes the bytes of a secret.
    public init(_ secret: SecretBytes) {
        self.secret = secret
    }

    /// Derives a key of one purpose.
    /// - Parameters:
    ///   - function: the hash function.
    ///   - salt: a value that needs no secrecy; an empty one counts as zeros.
    ///   - info: the purpose of the key, in a few words: libcrypto accepts up to 1024 bytes.
    public func key<Key: SecretKey>(
        _: Key.Type = Key.self, using function: (some HashFunction).Type = SHA256.self,
        salt: some Sequence<UInt8> = EmptyCollection<UInt8>(), info: some Sequence<UInt8>
    ) -> Key {
        Key(derive(Key.byteCount, function.implementation, salt: salt, info: info))
    }

    func derive(
        _ count: Int, _ function: HashImplementation, salt: some Sequence<UInt8>, info: some Sequence<UInt8>
    ) -> SecretBytes {
        SecretBytes(count: count) { output in
            let status = secret.withBytes { secret in
                salt.withBlock { salt in
                    info.withBlock { info in
                        let context = EVP_KDF_CTX_new(Self.algorithm)
                        mustSucceed(context != nil)
                        defer { EVP_KDF_CTX_free(context) }
                        var parameters = [OSSL_PARAM.text("digest", function.name), .bytes("key", secret)]
                        // Empty ones are omitted, which means the same.
                        if !salt.isEmpty { parameters.append(.bytes("salt", salt)) }
                        if !info.isEmpty { parameters.append(.bytes("info", info)) }
                        parameters.append(.end)
                        return EVP_KDF_derive(context, output, count, parameters)
                    }
                }
            }
            mustSucceed(status == 1)
        }
    }
}
