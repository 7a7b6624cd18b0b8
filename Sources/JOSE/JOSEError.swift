/// Why a token or a key was refused. No case contains data, so an error can be logged.
public enum JOSEError: Error, Sendable, CustomStringConvertible {
    /// It is not a compact JWS in its canonical form, or too long.
    case malformed
    /// The header has an extension, or another algorithm, key or type than the key and the caller require.
    case unacceptableHeader
    /// The signature was not made with the key.
    case wrongSignature
    /// It is not a JSON Web Key that can be used for the algorithm.
    case unusableKey

    /// The reason in words.
    public var description: String {
        switch self {
        case .malformed: "this is not a compact JWS"
        case .unacceptableHeader: "the header of the JWS is not acceptable"
        case .wrongSignature: "the signature of the JWS is wrong"
        case .unusableKey: "the JSON Web Key cannot be used"
        }
    }
}
