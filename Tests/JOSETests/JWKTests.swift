import Cryptography
import Testing
import Web

@testable import JOSE

@Suite struct JWKTests {
    private let key: JSON

    init() throws {
        key = PrivateJWK(keyID: "one", try ECDSA<P256>.PrivateKey()).publicKey.json
    }

    private func with(_ name: String, _ value: JSON?) -> JSON {
        let members = key.members.filter { $0.name != name }
        return .object(members + (value.map { [JSON.Member(name, $0)] } ?? []))
    }

    @Test func `keys with fewer members are accepted`() throws {
        for name in ["use", "alg", "kid"] { _ = try PublicJWK(with(name, nil), for: .es256) }
        _ = try PublicJWK(with("key_ops", ["verify"]), for: .es256)
        #expect(try PublicJWK(with("kid", nil), for: .es256).keyID == nil)
    }

    @Test func `unusable keys are refused`() throws {
        let faulty: [JSON] = [
            with("kty", nil), with("kty", "RSA"), with("kty", "ec"), with("crv", nil), with("crv", "P-384"),
            with("x", nil), with("x", 1), with("x", "AA"), with("x", "="), with("y", ""),
            with("use", "enc"), with("use", 1), with("alg", "ES384"), with("alg", "none"),
            with("key_ops", ["sign"]), with("key_ops", "verify"), with("kid", 1), with("d", "AA"), with("k", "AA"),
            [], "key", nil,
        ]
        for json in faulty {
            #expect(throws: JOSEError.unusableKey, "\(json)") { try PublicJWK(json, for: .es256) }
        }
        for algorithm in SignatureAlgorithm.allCases where algorithm != .es256 {
            #expect(throws: JOSEError.unusableKey) { try PublicJWK(with("alg", nil), for: algorithm) }
        }
    }

    @Test func `a key set keeps its usable keys`() throws {
        let rsa = try RSA<PKCS1, SHA256>.PrivateKey(bitCount: 2048).publicKey
        let numbers = [
            JSON.Member("kty", "RSA"), JSON.Member("n", .string(Base64URL.encode(rsa.modulus))),
            JSON.Member("e", .string(Base64URL.encode(rsa.exponent))),
        ]
        let unbound = JSON.object(numbers + [JSON.Member("kid", "two")])
        let bound = JSON.object(numbers + [JSON.Member("kid", "three"), JSON.Member("alg", "PS256")])
        let document: JSON = [
            "keys": [
                key, unbound, bound, ["kty": "oct", "k": "AAAA", "kid": "four"], with("use", "enc"), "no key",
                ["kty": "OKP", "crv": "X25519", "x": "AA"],
            ]
        ]
        func algorithms(_ accepted: [SignatureAlgorithm]) throws -> [SignatureAlgorithm] {
            try JWKSet(document, accepting: accepted).keys.map(\.algorithm)
        }
        #expect(try algorithms([.es256]) == [.es256])
        #expect(try algorithms([.es256, .rs256]) == [.es256, .rs256])
        #expect(try algorithms([.rs256, .ps256]) == [.ps256])
        #expect(try algorithms([]) == [])
        #expect(throws: JOSEError.unusableKey) { try JWKSet(["keys": [key, key]], accepting: [.es256]) }
        for json: JSON in [[], [:], ["keys": [:]], nil] {
            #expect(throws: JOSEError.malformed) { try JWKSet(json, accepting: [.es256]) }
        }
        let many = JSON.array(Array(repeating: with("use", "enc"), count: JWKSet.maximumCount + 1))
        #expect(throws: JOSEError.malformed) { try JWKSet(["keys": many], accepting: [.es256]) }
    }

    @Test func `a key is found by its id or as the only one`() throws {
        let key = try ECDSA<P256>.PrivateKey()
        let (one, two) = (PrivateJWK(keyID: "one", key), PrivateJWK(keyID: "two", try ECDSA<P256>.PrivateKey()))
        let set = try JWKSet(JWKSet([one.publicKey, two.publicKey]).json, accepting: [.es256])
        let named = try JWS(JWS.sign([], with: two, type: nil))
        #expect(set.key(for: named)?.keyID == "two")
        #expect(try named.payload(verifiedBy: #require(set.key(for: named)), type: nil) == [])
        let nameless = try JWS(JWS.sign([], with: PrivateJWK(keyID: nil, key), type: nil))
        #expect(set.key(for: nameless)?.json == nil)
        #expect(JWKSet([one.publicKey]).key(for: nameless)?.keyID == "one")
        #expect(JWKSet([one.publicKey]).key(for: named)?.json == nil)
    }
}
