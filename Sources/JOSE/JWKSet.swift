public import Web

/// A JSON Web Key Set (RFC 7517, section 5): the keys of an issuer.
public struct JWKSet: Sendable {
    /// The keys, each bound to its algorithm.
    public let keys: [PublicJWK]

    /// The maximum number of keys that are read.
    public static let maximumCount = 100

    /// Makes a set of keys.
    public init(_ keys: [PublicJWK]) {
        self.keys = keys
    }

    /// Reads the keys of an issuer, and leaves out unusable ones, as the RFC requires. A key is bound to the accepted
    /// algorithm in its `alg`, or, without `alg`, to the one that fits its kind; a key that fits several is left out.
    /// - Parameter accepted: the algorithms with which the issuer may sign.
    /// - Throws: `JOSEError.malformed` if it is not a key set or has too many keys, `.unusableKey` if two usable keys
    ///   have the same id.
    public init(_ json: JSON, accepting accepted: [SignatureAlgorithm]) throws(JOSEError) {
        guard case .array(let entries) = json["keys"], entries.count <= Self.maximumCount else { throw .malformed }
        keys = entries.compactMap { entry in
            let bound = accepted.compactMap { try? PublicJWK(entry, for: $0) }
            return bound.count == 1 ? bound.first : nil
        }
        let names = keys.compactMap { $0.keyID.map { Array($0.utf8) } }
        guard Set(names).count == names.count else { throw .unusableKey }
    }

    /// The key that a token names, or, if it names none, the only key of the set. The token is not verified yet.
    public func key(for token: JWS) -> PublicJWK? {
        guard let keyID = token.keyID else { return keys.count == 1 ? keys.first : nil }
        return keys.first { $0.keyID?.hasSameBytes(as: keyID) == true }
    }

    /// The key set as JSON.
    public var json: JSON { ["keys": .array(keys.map(\.json))] }
}
