import Cryptography
import JOSE
import Testing
import Web

/// The examples in the RFCs that this target implements.
@Suite struct RFCTests {
    private func json(_ text: String) throws -> JSON { try JSON(parsing: Array(text.utf8)) }

    private func without(_ names: String..., in json: JSON) -> JSON {
        .object(json.members.filter { !names.contains($0.name) })
    }

    private func keys(_ set: JSON) -> [JSON] {
        if case .array(let keys)? = set["keys"] { keys } else { [] }
    }

    /// Reads both halves of a key, checks a token of it, and signs its content anew.
    /// - Returns: the token that this target has made.
    private func verify(_ token: String, _ key: JSON, _ algorithm: SignatureAlgorithm) throws -> String {
        let published = try PublicJWK(without("d", "p", "q", "dp", "dq", "qi", in: key), for: algorithm)
        let payload = try JWS(token).payload(verifiedBy: published, type: nil)
        let own = try PrivateJWK(key, for: algorithm)
        #expect(own.publicKey.json == published.json)
        let again = try JWS.sign(payload, with: own, type: nil)
        #expect(try JWS(again).payload(verifiedBy: published, type: nil) == payload)
        return again
    }

    @Test func `signatures of RFC 7515 verify, and deterministic ones are reproduced`() throws {
        let rsa = try json(RFC7515.rsaKey)
        #expect(try verify(RFC7515.rsaToken, rsa, .rs256) == RFC7515.rsaToken)
        #expect(try verify(RFC7515.p256Token, json(RFC7515.p256Key), .es256) != RFC7515.p256Token)
        #expect(try verify(RFC7515.p521Token, json(RFC7515.p521Key), .es512) != RFC7515.p521Token)
        let key = try PublicJWK(without("d", "p", "q", "dp", "dq", "qi", in: rsa), for: .rs256)
        for token in [RFC7515.hmacToken, RFC7515.unsecuredToken, RFC7515.p256Token] {
            let jws = try JWS(token)
            #expect(throws: JOSEError.unacceptableHeader) { try jws.payload(verifiedBy: key, type: nil) }
        }
    }

    @Test func `the keys of RFC 7517 are read, and those for other uses are left out`() throws {
        let (published, secret) = (try json(RFC7517.publicKeys), try json(RFC7517.privateKeys))
        let all = SignatureAlgorithm.allCases
        let set = try JWKSet(published, accepting: all)
        #expect(set.keys.map(\.keyID) == ["2011-04-29"] && set.keys.map(\.algorithm) == [.rs256])
        #expect(try JWKSet(secret, accepting: all).keys.isEmpty)
        #expect(try JWKSet(json(RFC7517.symmetricKeys), accepting: all).keys.isEmpty)

        let signer = try PrivateJWK(keys(secret)[1], for: .rs256)
        let token = try JWS(JWS.sign([1, 2, 3], with: signer, type: nil))
        let key = try #require(set.key(for: token))
        #expect(try token.payload(verifiedBy: key, type: nil) == [1, 2, 3])

        // Its use is encryption; without that member it is an ordinary key.
        #expect(throws: JOSEError.unusableKey) { try PrivateJWK(keys(secret)[0], for: .es256) }
        let curve = try PrivateJWK(without("use", in: keys(secret)[0]), for: .es256)
        #expect(try curve.publicKey.json == PublicJWK(without("use", in: keys(published)[0]), for: .es256).json)
    }

    @Test func `keys and signatures of RFC 7520 verify`() throws {
        func token(_ header: String, _ signature: String) -> String { "\(header).\(RFC7520.payload).\(signature)" }
        let (rsa, curve) = (try json(RFC7520.rsaPrivateKey), try json(RFC7520.p521PrivateKey))
        let rs256 = token(RFC7520.rs256Header, RFC7520.rs256Signature)
        #expect(try verify(rs256, rsa, .rs256) == rs256)
        let ps384 = token(RFC7520.ps384Header, RFC7520.ps384Signature)
        #expect(try verify(ps384, rsa, .ps384) != ps384)
        let es512 = token(RFC7520.es512Header, RFC7520.es512Signature)
        #expect(try verify(es512, curve, .es512) != es512)
        #expect(
            try PublicJWK(json(RFC7520.rsaPublicKey), for: .rs256).json == PrivateJWK(rsa, for: .rs256).publicKey.json)
        #expect(
            try PublicJWK(json(RFC7520.p521PublicKey), for: .es512).json
                == PrivateJWK(curve, for: .es512).publicKey.json)

        let hs256 = try JWS(token(RFC7520.hs256Header, RFC7520.hs256Signature))
        let key = try PublicJWK(json(RFC7520.rsaPublicKey), for: .rs256)
        #expect(throws: JOSEError.unacceptableHeader) { try hs256.payload(verifiedBy: key, type: nil) }
        for algorithm in SignatureAlgorithm.allCases {
            #expect(throws: JOSEError.unusableKey) { try PublicJWK(json(RFC7520.hmacKey), for: algorithm) }
        }
    }

    @Test func `the signature of RFC 8037 is made and verified`() throws {
        #expect(try verify(RFC8037.token, json(RFC8037.privateKey), .eddsa) == RFC8037.token)
        let key = try PublicJWK(json(RFC8037.publicKey), for: .eddsa)
        #expect(try key.json["x"] == json(RFC8037.publicKey)["x"])
        let payload = try JWS(RFC8037.token).payload(verifiedBy: key, type: nil)
        #expect(payload == Array("Example of Ed25519 signing".utf8))
    }
}
