internal import COpenSSL

/// A key that authenticates messages with HMAC (RFC 2104). It is as long as a digest, unless it was made elsewhere.
public struct HMACKey<Function: HashFunction>: SecretKey {
    /// The result of `code(for:)`. It has no `==`, whose time would reveal how much of a forgery is right; use
    /// `isValid`.
    public struct Code: Sendable {
        /// The code.
        public let bytes: [UInt8]
    }

    /// As long as a digest (RFC 2104, section 3).
    public static var byteCount: Int { Function.byteCount }
    /// From 128 bits.
    public static var acceptedByteCounts: ClosedRange<Int> { 16...Int.max }

    private let keyed: KeyedMAC

    /// Takes the bytes of a key.
    public init(_ secret: SecretBytes) {
        keyed = KeyedMAC(secret, Function.implementation)
    }

    /// Authenticates a message.
    public func code(for message: some Sequence<UInt8>) -> Code {
        message.withBlock { message in
            Code(bytes: [UInt8](count: Function.byteCount) { keyed.write(message, to: $0) })
        }
    }

    /// Whether a code is that of a message; compared in constant time.
    public func isValid(_ code: some Sequence<UInt8>, for message: some Sequence<UInt8>) -> Bool {
        isEqualInConstantTime(code, self.code(for: message).bytes)
    }
}

/// A keyed HMAC context of libcrypto; each message uses a copy of it. libcrypto wipes both when they are freed.
final class KeyedMAC: @unchecked Sendable {
    private let context: OpaquePointer?
    private let byteCount: Int
    /// Never freed.
    nonisolated(unsafe) private static let algorithm = EVP_MAC_fetch(nil, OSSL_MAC_NAME_HMAC, nil)

    static var isOffered: Bool { algorithm != nil }

    init(_ secret: SecretBytes, _ function: HashImplementation) {
        byteCount = function.byteCount
        let context = Self.algorithm.flatMap { EVP_MAC_CTX_new($0) }
        mustSucceed(context != nil)
        self.context = context
        let parameters = [OSSL_PARAM.text("digest", function.name), .end]
        mustSucceed(secret.withBytes { EVP_MAC_init(context, $0.baseAddress, $0.count, parameters) } == 1)
    }

    deinit { EVP_MAC_CTX_free(context) }

    /// Writes the code of a message, as long as a digest of the function.
    func write(_ message: UnsafeBufferPointer<UInt8>, to code: UnsafeMutablePointer<UInt8>?) {
        let copy = EVP_MAC_CTX_dup(context)
        mustSucceed(copy != nil)
        defer { EVP_MAC_CTX_free(copy) }
        var length = 0
        mustSucceed(EVP_MAC_update(copy, message.baseAddress, message.count) == 1)
        mustSucceed(EVP_MAC_final(copy, code, &length, byteCount) == 1)
    }
}
