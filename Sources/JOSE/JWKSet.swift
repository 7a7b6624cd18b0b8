public import Web

/// A JSON Web Key Set (RFC 7517, section 5): the keys of an issuer.
public struct JWKSet: Sendable {
    /// The keys, each bound to its algorithm.
    public let keys: [PublicJWK]

    /// The most keys that are read.
    public static let maximumCount = 100

    /// Puts keys together.
    public init(_ keys: [PublicJWK]) {
        self.keys = keys
    }

    /// Reads the keys of an issuer, and leaves out those that cannot be used, as the RFC asks. A key is bound to the
    /// one accepted algorithm that is its `alg`, or, without `alg`, that fits its kind; a key that several fit is left
    /// out.
    /// - Parameter accepted: the algorithms by which the issuer may sign.
    /// - Throws: `JOSEError.malformed` for no key set or too many keys, `.unusableKey` where two usable keys have one
    ///   name.
    public init(_ json: JSON, accepting accepted: [SignatureAlgorithm]) throws(JOSEError) {
        guard case .array(let entries) = json["keys"], entries.count <= Self.maximumCount else { throw .malformed }
        keys = entries.compactMap { entry in
            let bound = accepted.compactMap { try? PublicJWK(entry, for: $0) }
            return bound.count == 1 ? bound.first : nil
        }
        let names = keys.compactMap { $0.keyID.map { Array($0.utf8) } }
        guard Set(names).count == names.count else { throw .unusableKey }
    }

    /// The key that a token names; where it names none, the only key of the set. It says nothing about the token yet.
    public func key(for token: JWS) -> PublicJWK? {
        guard let keyID = token.keyID else { return keys.count == 1 ? keys.first : nil }
        return keys.first { $0.keyID?.hasSameBytes(as: keyID) == true }
    }

    /// The key set as JSON.
    public var json: JSON { ["keys": .array(keys.map(\.json))] }
}
