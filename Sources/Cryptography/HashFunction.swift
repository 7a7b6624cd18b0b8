internal import COpenSSL

/// A secure hash function: a type such as `SHA256`, so digests of different functions are different types.
public protocol HashFunction: Sendable {
    /// The function of libcrypto. Only this target can make one.
    static var implementation: HashImplementation { get }
}

/// A hash function of libcrypto, fetched once, since looking it up by name would cost more than hashing a token.
public struct HashImplementation: @unchecked Sendable {
    let name: StaticString
    let byteCount: Int
    /// Never freed; `nil` if libcrypto does not offer it, which `Libcrypto.check` reports.
    private let algorithm: OpaquePointer?

    init(_ name: StaticString, byteCount: Int) {
        self.name = name
        self.byteCount = byteCount
        algorithm = EVP_MD_fetch(nil, name.pointer, nil)
    }

    var isOffered: Bool { algorithm != nil }

    func digest(of message: some Sequence<UInt8>) -> [UInt8] {
        message.withBlock { message in
            [UInt8](count: byteCount) { digest in
                mustSucceed(EVP_Digest(message.baseAddress, message.count, digest, nil, algorithm, nil) == 1)
            }
        }
    }
}

/// SHA-256 (FIPS 180-4).
public enum SHA256: HashFunction {
    /// libcrypto's.
    public static let implementation = HashImplementation("SHA256", byteCount: 32)
}

/// SHA-384 (FIPS 180-4).
public enum SHA384: HashFunction {
    /// libcrypto's.
    public static let implementation = HashImplementation("SHA384", byteCount: 48)
}

/// SHA-512 (FIPS 180-4).
public enum SHA512: HashFunction {
    /// libcrypto's.
    public static let implementation = HashImplementation("SHA512", byteCount: 64)
}

/// The digest of a message.
public struct Digest<Function: HashFunction>: Hashable, Sendable {
    /// The digest.
    public let bytes: [UInt8]
}

extension HashFunction {
    /// The length of a digest in bytes.
    public static var byteCount: Int { implementation.byteCount }

    /// Hashes a message.
    public static func digest(of message: some Sequence<UInt8>) -> Digest<Self> {
        Digest(bytes: implementation.digest(of: message))
    }
}

/// SHA-1 (FIPS 180-4), which is broken: collisions can be made. It serves to look up passwords in lists of leaked ones,
/// which use it. It is not a `HashFunction`, so nothing can be keyed, derived or signed with it.
public enum SHA1 {
    private static let implementation = HashImplementation("SHA1", byteCount: 20)

    static var isOffered: Bool { implementation.isOffered }

    /// The length of a digest in bytes.
    public static let byteCount = 20

    /// Hashes a message.
    public static func digest(of message: some Sequence<UInt8>) -> [UInt8] { implementation.digest(of: message) }
}
