import Cryptography
import Testing
import Web

@testable import JOSE

@Suite struct JWSTests {
    private let content = Array(#"{"sub":"somebody"}"#.utf8)

    private func refusal(_ body: () throws -> Void) -> JOSEError? {
        do {
            try body()
            return nil
        } catch {
            return error as? JOSEError
        }
    }

    private func token(_ header: String, _ payload: [UInt8], _ key: PrivateJWK) throws -> String {
        let signed = Base64URL.encode(header.utf8) + "." + Base64URL.encode(payload)
        return signed + "." + Base64URL.encode(try key.key.signature(of: signed))
    }

    private func keys(_ keyID: String?) throws -> [PrivateJWK] {
        try [
            PrivateJWK(keyID: keyID, ECDSA<P256>.PrivateKey()), PrivateJWK(keyID: keyID, ECDSA<P384>.PrivateKey()),
            PrivateJWK(keyID: keyID, ECDSA<P521>.PrivateKey()), PrivateJWK(keyID: keyID, Ed25519.PrivateKey()),
            PrivateJWK(keyID: keyID, RSA<PKCS1, SHA256>.PrivateKey(bitCount: 2048)),
            PrivateJWK(keyID: keyID, RSA<PKCS1, SHA384>.PrivateKey(bitCount: 2048)),
            PrivateJWK(keyID: keyID, RSA<PKCS1, SHA512>.PrivateKey(bitCount: 2048)),
            PrivateJWK(keyID: keyID, RSA<PSS, SHA256>.PrivateKey(bitCount: 2048)),
            PrivateJWK(keyID: keyID, RSA<PSS, SHA384>.PrivateKey(bitCount: 2048)),
            PrivateJWK(keyID: keyID, RSA<PSS, SHA512>.PrivateKey(bitCount: 2048)),
        ]
    }

    @Test func `only the public key of the signing key verifies`() throws {
        let keys = try keys("a key")
        #expect(keys.map(\.publicKey.algorithm) == SignatureAlgorithm.allCases)
        for key in keys {
            let jws = try JWS(JWS.sign(content, with: key, type: "at+jwt"))
            #expect(jws.keyID == "a key")
            #expect(try jws.payload(verifiedBy: key.publicKey, type: "at+jwt") == content)
            #expect(try jws.payload(verifiedBy: key.publicKey, type: nil) == content)
            let published = try PublicJWK(key.publicKey.json, for: key.publicKey.algorithm)
            #expect(try jws.payload(verifiedBy: published, type: "at+jwt") == content)
            #expect(published.json == key.publicKey.json)
            for other in keys where other.publicKey.algorithm != key.publicKey.algorithm {
                #expect(
                    refusal { _ = try jws.payload(verifiedBy: other.publicKey, type: nil) } == .unacceptableHeader)
                let rebound = refusal { _ = try PublicJWK(key.publicKey.json, for: other.publicKey.algorithm) }
                #expect(rebound == .unusableKey)
            }
        }
        for (key, other) in zip(keys, try self.keys("a key")) {
            let jws = try JWS(JWS.sign(content, with: key, type: nil))
            #expect(refusal { _ = try jws.payload(verifiedBy: other.publicKey, type: nil) } == .wrongSignature)
        }
    }

    @Test func `a header cannot choose another algorithm`() throws {
        let numbers = try RSA<PKCS1, SHA256>.PrivateKey(bitCount: 2048).publicKey
        let (n, e) = (Base64URL.encode(numbers.modulus), Base64URL.encode(numbers.exponent))
        let json: JSON = ["kty": "RSA", "n": .string(n), "e": .string(e)]
        let key = try PublicJWK(json, for: .ps256)
        let signer = PrivateJWK(keyID: nil, try ECDSA<P256>.PrivateKey())
        for algorithm in ["none", "HS256", "RS256", "PS384", "ps256", "PS256 ", ""] {
            let jws = try JWS(token(#"{"alg":"\#(algorithm)"}"#, content, signer))
            #expect(refusal { _ = try jws.payload(verifiedBy: key, type: nil) } == .unacceptableHeader)
        }
        #expect(key.algorithm == .ps256)
    }

    @Test(arguments: [
        #"{"typ":"at+jwt"}"#, #"{"alg":null,"typ":"at+jwt"}"#, #"{"alg":["ES256"],"typ":"at+jwt"}"#,
        #"{"alg":"ES256"}"#, #"{"alg":"ES256","typ":"JWT"}"#, #"{"alg":"ES256","typ":"AT+JWT"}"#,
        #"{"alg":"ES256","typ":"application/at+jwt"}"#, #"{"alg":"ES256","typ":["at+jwt"]}"#,
        #"{"alg":"ES256","typ":"at+jwt","kid":"another"}"#,
        #"{"alg":"ES256","typ":"at+jwt","crit":["exp"],"exp":1}"#, #"{"alg":"ES256","typ":"at+jwt","crit":[]}"#,
        #"{"alg":"ES256","typ":"at+jwt","b64":false,"crit":["b64"]}"#,
    ])
    func `a well-signed header that is not acceptable is refused`(header: String) throws {
        let key = PrivateJWK(keyID: "a key", try ECDSA<P256>.PrivateKey())
        let jws = try JWS(token(header, content, key))
        #expect(refusal { _ = try jws.payload(verifiedBy: key.publicKey, type: "at+jwt") } == .unacceptableHeader)
    }

    @Test func `header fields that contain a key are ignored`() throws {
        let key = PrivateJWK(keyID: nil, try ECDSA<P256>.PrivateKey())
        let own = PrivateJWK(keyID: nil, try ECDSA<P256>.PrivateKey())
        let brought = String(decoding: own.publicKey.json.text(), as: UTF8.self)
        let header = #"{"alg":"ES256","jwk":\#(brought),"jku":"https://example.com/","x5c":["MA=="]}"#
        let jws = try JWS(token(header, content, own))
        #expect(refusal { _ = try jws.payload(verifiedBy: key.publicKey, type: nil) } == .wrongSignature)
    }

    @Test func `every altered character is detected`() throws {
        let key = PrivateJWK(keyID: nil, try ECDSA<P256>.PrivateKey())
        let token = Array(try JWS.sign(content, with: key, type: "at+jwt").utf8)
        for index in token.indices where token[index] != UInt8(ascii: ".") {
            var altered = token
            altered[index] = altered[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            let text = String(decoding: altered, as: UTF8.self)
            #expect(refusal { _ = try JWS(text).payload(verifiedBy: key.publicKey, type: "at+jwt") } != nil)
        }
    }

    @Test func `other forms of a token are refused`() throws {
        let key = PrivateJWK(keyID: nil, try ECDSA<P256>.PrivateKey())
        let token = try JWS.sign(content, with: key, type: nil)
        let parts = token.split(separator: ".").map(String.init)
        let faulty = [
            "", ".", "..", "...", "a", token + ".", "." + token, token + "=", " " + token, token + "\n",
            parts[0] + "=." + parts[1] + "." + parts[2], parts[0] + "." + parts[1] + "=." + parts[2],
            parts[0] + "." + parts[1], parts.joined(separator: ".."), "." + parts[1] + "." + parts[2],
            String(repeating: "A", count: JWS.maximumLength) + token,
        ]
        for text in faulty { #expect(refusal { _ = try JWS(text) } == .malformed, "\(text.prefix(100))") }
        let headers = [
            "", "[]", "null", #""ES256""#, #"{"alg":"ES256""#, #"{"alg":"ES256","alg":"ES256"}"#,
            "{\"alg\":\"ES256\",\"kid\":\"\u{e9}\"}", #"{"alg":"ES256","kid":1}"#, #"{"alg":"ES256","kid":null}"#,
        ]
        for header in headers {
            let token = try self.token(header, content, key)
            #expect(refusal { _ = try JWS(token) } == .malformed, "\(header)")
        }
    }

    @Test func `a signature in DER is refused`() throws {
        let key = try ECDSA<P256>.PrivateKey()
        let signed = Base64URL.encode(#"{"alg":"ES256"}"#.utf8) + "." + Base64URL.encode(content)
        let jws = try JWS(signed + "." + Base64URL.encode(key.sign(signed.utf8).der))
        let verifier = PrivateJWK(keyID: nil, key).publicKey
        #expect(refusal { _ = try jws.payload(verifiedBy: verifier, type: nil) } == .wrongSignature)
    }
}
