import Web

/// A JSON Web Signature in its compact form (RFC 7515), from outside. It reveals its content only after verification
/// with the key that signed it, and only the key determines the algorithm. Header fields that contain or point to a key
/// are not read.
public struct JWS: Sendable {
    /// The id of a key, which the sender may have invented. Use it only to find a key.
    public let keyID: String?

    private let header: JSON
    private let payload: [UInt8]
    private let signature: [UInt8]
    /// Header and payload as they were sent.
    private let signed: Substring

    /// The longest text that is read.
    public static let maximumLength = 16_384

    /// Reads a token in canonical form: no padding, no spare bits, no spaces, and an ASCII header without duplicate
    /// members.
    /// - Throws: `JOSEError.malformed`.
    public init(_ token: String) throws(JOSEError) {
        guard token.utf8.count <= Self.maximumLength else { throw .malformed }
        let parts = token.split(atByte: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, let headerText = Base64URL.decode(parts[0]),
            let payload = Base64URL.decode(parts[1]), let signature = Base64URL.decode(parts[2]),
            headerText.allSatisfy({ $0 < 0x80 }), let header = try? JSON(parsing: headerText), case .object = header
        else { throw .malformed }
        if let keyID = header["kid"] {
            guard keyID.string != nil else { throw .malformed }
        }
        keyID = header["kid"]?.string
        self.header = header
        self.payload = payload
        self.signature = signature
        signed = token[..<parts[1].endIndex]
    }

    /// The content, once the key has verified the signature.
    /// - Parameters:
    ///   - key: a key whose owner may have signed.
    ///   - type: the `typ` that the header must have, byte for byte, so a token of another kind is not accepted (RFC
    ///     8725, section 3.11); `nil` if the issuer sets none.
    /// - Throws: `JOSEError.unacceptableHeader` or `.wrongSignature`.
    public func payload(verifiedBy key: PublicJWK, type: String?) throws(JOSEError) -> [UInt8] {
        guard header["alg"]?.string?.hasSameBytes(as: key.algorithm.rawValue) == true, header["crit"] == nil else {
            throw .unacceptableHeader
        }
        if let keyID, let expected = key.keyID, !keyID.hasSameBytes(as: expected) { throw .unacceptableHeader }
        if let type, header["typ"]?.string?.hasSameBytes(as: type) != true { throw .unacceptableHeader }
        guard key.key.isValid(signature, of: signed) else { throw .wrongSignature }
        return payload
    }

    /// Signs a content.
    /// - Parameter type: the `typ` of the header.
    /// - Returns: the compact form.
    public static func sign(_ payload: [UInt8], with key: PrivateJWK, type: String?) throws -> String {
        var header = [JSON.Member("alg", .string(key.publicKey.algorithm.rawValue))]
        if let type { header.append(JSON.Member("typ", .string(type))) }
        if let keyID = key.publicKey.keyID { header.append(JSON.Member("kid", .string(keyID))) }
        let signed = Base64URL.encode(JSON.object(header).text()) + "." + Base64URL.encode(payload)
        return signed + "." + Base64URL.encode(try key.key.signature(of: signed))
    }
}
