public import Web

/// A JSON Web Key (RFC 7517) that verifies signatures of one algorithm.
public struct PublicJWK: Sendable {
    /// The id of the key, if it has one.
    public let keyID: String?
    /// The algorithm of the key.
    public let algorithm: SignatureAlgorithm
    let key: any JOSEPublicKey

    init(keyID: String?, _ algorithm: SignatureAlgorithm, _ key: any JOSEPublicKey) {
        (self.keyID, self.algorithm, self.key) = (keyID, algorithm, key)
    }

    /// Reads a key that verifies, and binds it to an algorithm of the caller's choice.
    /// - Throws: `JOSEError.unusableKey` if the key is of another kind, has another algorithm or use, is not valid, or
    ///   is a private key, which should never have been passed on.
    public init(_ json: JSON, for algorithm: SignatureAlgorithm) throws(JOSEError) {
        guard json["d"] == nil, json["k"] == nil else { throw .unusableKey }
        let keyID = try json.keyID(for: algorithm, operation: "verify")
        do {
            self.init(keyID: keyID, algorithm, try algorithm.scheme.publicKey(json))
        } catch {
            throw .unusableKey
        }
    }

    /// The key as JSON, for a key set.
    public var json: JSON {
        let name = keyID.map { [JSON.Member("kid", .string($0))] } ?? []
        let purpose = [JSON.Member("use", "sig"), JSON.Member("alg", .string(algorithm.rawValue))]
        return .object(key.members + purpose + name)
    }
}

extension JSON {
    /// The id of a JSON Web Key, after a check that the key may be used in this way (RFC 7517, sections 4.2 to 4.5).
    func keyID(for algorithm: SignatureAlgorithm, operation: String) throws(JOSEError) -> String? {
        if let named = self["alg"], named.string?.hasSameBytes(as: algorithm.rawValue) != true { throw .unusableKey }
        if let use = self["use"], use.string?.hasSameBytes(as: "sig") != true { throw .unusableKey }
        if let operations = self["key_ops"] {
            guard case .array(let operations) = operations,
                operations.contains(where: { $0.string?.hasSameBytes(as: operation) == true })
            else { throw .unusableKey }
        }
        guard let keyID = self["kid"] else { return nil }
        guard case .string(let name) = keyID else { throw .unusableKey }
        return name
    }
}
