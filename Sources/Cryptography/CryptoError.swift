internal import COpenSSL

/// Why an operation failed. No case contains data, so an error can be logged.
public enum CryptoError: Error, Sendable, CustomStringConvertible {
    /// The bytes are not a key of this kind: a wrong length, a point off the curve, a number out of range.
    case invalidKey
    /// The bytes are not a signature of this kind.
    case invalidSignature
    /// A sealed message is too short, was altered, or was sealed under another key or with other associated data.
    case notAuthentic
    /// libcrypto failed, for example for lack of memory.
    case failed

    /// The reason in words.
    public var description: String {
        switch self {
        case .invalidKey: "this is not a valid key"
        case .invalidSignature: "this is not a valid signature"
        case .notAuthentic: "the sealed message is not authentic"
        case .failed: "libcrypto failed"
        }
    }
}

/// Throws unless a function of libcrypto returned 1, which means success. The thread's error queue is cleared, since
/// libcurl would take a remaining entry as an error of its connection (SSL_get_error(3)).
func check(_ status: Int32, or error: CryptoError = .failed) throws(CryptoError) {
    if status == 1 { return }
    ERR_clear_error()
    throw error
}

/// Ends the process if a function failed that, after `Libcrypto.check`, can only fail for lack of memory, like Swift's
/// own allocations.
func mustSucceed(_ isDone: Bool) {
    precondition(isDone, "libcrypto has no memory left, or lacks what Libcrypto.check looks for")
}

/// The same as `check` for a function that returns a pointer.
func check(_ pointer: OpaquePointer?, or error: CryptoError = .failed) throws(CryptoError) -> OpaquePointer {
    if let pointer { return pointer }
    ERR_clear_error()
    throw error
}
