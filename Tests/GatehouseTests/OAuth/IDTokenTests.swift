import Cryptography
import FoundationEssentials
import GatehouseTesting
import JOSE
import Testing
import Web

@testable import Gatehouse

/// What makes a provider's token acceptable (OpenID Connect Core 1.0, section 3.1.3.7), and what does not.
@Suite struct IDTokenTests {
    private static let now = Date(timeIntervalSince1970: 1_800_000_000)
    private static let claims: JSON = [
        "iss": "https://op.example.com", "aud": "client", "sub": "user-1", "nonce": "n", "iat": 1_800_000_000,
        "exp": 1_800_000_300,
    ]

    private func refusal(
        _ text: String, _ keys: ProviderKeys, _ provider: Provider = .test(), since: Date? = nil
    ) -> ProviderFailure.Reason? {
        do {
            _ = try IDToken(
                text, verifiedBy: keys,
                IDToken.Expectation(provider: provider, nonce: "n", authenticatedSince: since, now: Self.now))
            return nil
        } catch .refused(let reason) {
            return reason
        } catch {
            Issue.record("\(error)")
            return nil
        }
    }

    @Test func `a token that fits is acceptable`() throws {
        let signer = try TokenSigner()
        let token = try IDToken(
            signer.sign(Self.claims.with(["auth_time": 1_799_999_990])), verifiedBy: signer.keys(),
            IDToken.Expectation(provider: .test(), nonce: "n", authenticatedSince: nil, now: Self.now))
        #expect(token.subject == "user-1")
        #expect(token.authenticatedAt == Date(timeIntervalSince1970: 1_799_999_990))
    }

    private static let changes: [(JSON, ProviderFailure.Reason?)] = [
        (claims.with(["iss": "https://other.example.com"]), .issuer),
        (claims.with(["iss": "https://op.example.com/"]), .issuer),
        (claims.with(["iss": nil]), .issuer),
        (claims.with(["iss": ["https://op.example.com"]]), .issuer),
        (claims.with(["aud": "another"]), .audience),
        (claims.with(["aud": nil]), .audience),
        (claims.with(["aud": []]), .audience),
        (claims.with(["aud": ["another"]]), .audience),
        (claims.with(["aud": ["client"]]), nil),
        (claims.with(["aud": ["client", "another"]]), .authorizedParty),
        (claims.with(["aud": ["client", "another"], "azp": "another"]), .authorizedParty),
        (claims.with(["aud": ["client", "another"], "azp": "client"]), nil),
        (claims.with(["azp": "another"]), .authorizedParty),
        (claims.with(["azp": 7]), .authorizedParty),
        (claims.with(["azp": "client"]), nil),
        (claims.with(["exp": nil]), .expired),
        (claims.with(["exp": "1800000300"]), .expired),
        (claims.with(["exp": 1_799_999_939]), .expired),
        (claims.with(["exp": 1_799_999_941]), nil),
        (claims.with(["exp": .number(1_800_000_300.5)]), nil),
        (claims.with(["exp": -1]), .expired),
        (claims.with(["exp": .number(1e300)]), .expired),
        (claims.with(["iat": nil]), .notYetValid),
        (claims.with(["iat": 1_800_000_061]), .notYetValid),
        (claims.with(["iat": 1_800_000_059]), nil),
        (claims.with(["nbf": 1_800_000_061]), .notYetValid),
        (claims.with(["nbf": "soon"]), .notYetValid),
        (claims.with(["nbf": 1_800_000_059]), nil),
        (claims.with(["auth_time": 1_800_000_061]), .authenticationTime),
        (claims.with(["nonce": nil]), .nonce),
        (claims.with(["nonce": "m"]), .nonce),
        (claims.with(["nonce": ["n"]]), .nonce),
        (claims.with(["sub": nil]), .subject),
        (claims.with(["sub": ""]), .subject),
        (claims.with(["sub": 7]), .subject),
        (claims.with(["sub": "ü"]), .subject),
        (claims.with(["sub": "a b"]), .subject),
        (claims.with(["sub": .string(String(repeating: "x", count: 255))]), nil),
        (claims.with(["sub": .string(String(repeating: "x", count: 256))]), .subject),
        ([1], .token),
    ]

    @Test(arguments: changes) func `each claim must fit`(claims: JSON, expected: ProviderFailure.Reason?) throws {
        let signer = try TokenSigner()
        #expect(refusal(try signer.sign(claims), try signer.keys()) == expected, "\(claims)")
    }

    @Test func `a new proof that was asked for must not be old`() throws {
        let signer = try TokenSigner()
        let keys = try signer.keys()
        for (time, expected) in [
            // A provider that tells no time has proved nothing anew.
            (nil, nil), (1_799_999_939, .authenticationTime), (1_799_999_941, nil),
        ] as [(Int?, ProviderFailure.Reason?)] {
            let token = try signer.sign(Self.claims.with(["auth_time": time.map { .integer($0) }]))
            #expect(refusal(token, keys, since: Self.now) == expected, "\(String(describing: time))")
        }
    }

    @Test func `a token has the issuer that the answer named`() throws {
        let signer = try TokenSigner()
        let token = try signer.sign(Self.claims)
        func read(answeredBy issuer: String) throws {
            _ = try IDToken(
                token, verifiedBy: signer.keys(),
                IDToken.Expectation(
                    provider: .test(), nonce: "n", authenticatedSince: nil, answeringIssuer: issuer, now: Self.now))
        }
        try read(answeredBy: "https://op.example.com")
        #expect(throws: ProviderFailure.refused(.issuer)) { try read(answeredBy: "https://other.example.com") }
    }

    @Test func `only a key of the provider counts, with its algorithm`() throws {
        let (signer, stranger) = (try TokenSigner(), try TokenSigner())
        let keys = try signer.keys()
        // The stranger's key has the same id.
        #expect(refusal(try stranger.sign(Self.claims), keys) == .signature)
        let other = try TokenSigner(keyID: "k2")
        let token = try other.sign(Self.claims)
        #expect(refusal(token, keys) == .signature)
        #expect(IDToken.namesAnotherKey(token, than: keys))
        #expect(!IDToken.namesAnotherKey(try stranger.sign(Self.claims), than: keys))
        // The algorithm of the key is not among the provider's.
        #expect(refusal(try signer.sign(Self.claims), try signer.keys([.rs256])) == .signature)
    }

    @Test func `a token without an id of a key needs the only key of a set`() throws {
        let signer = try TokenSigner(keyID: nil)
        let token = try signer.sign(Self.claims)
        #expect(refusal(token, try signer.keys()) == nil)
        let two = JWKSet([signer.key.publicKey, try TokenSigner(keyID: "k2").key.publicKey])
        #expect(refusal(token, try ProviderKeys(two.json, [.es256])) == .signature)
    }

    @Test func `unsigned tokens and shared secrets are refused`() throws {
        let signer = try TokenSigner()
        let keys = try signer.keys()
        let payload = Base64URL.encode(Self.claims.text())
        for algorithm in ["none", "None", "HS256"] {
            let header = Base64URL.encode(Array(#"{"alg":"\#(algorithm)","kid":"k1"}"#.utf8))
            let signed = "\(header).\(payload)"
            let published = signer.key.publicKey.json.text()
            let code = try HMACKey<SHA256>(bytes: published).code(for: signed.utf8).bytes
            for signature in ["", Base64URL.encode(code)] {
                #expect(refusal("\(signed).\(signature)", keys) == .signature, "\(algorithm) \(signature)")
            }
        }
    }

    @Test func `a token of another form is refused`() throws {
        let signer = try TokenSigner()
        let keys = try signer.keys()
        let token = try signer.sign(Self.claims)
        for text in ["", "a.b.c", "..", token + "=", String(token.dropLast()), token + ".", "{}", token + token] {
            let reason = refusal(text, keys)
            #expect(reason == .token || reason == .signature, "\(text)")
        }
        #expect(refusal(String(repeating: "a", count: 20_000), keys) == .token)
    }

    @Test func `an RSA key without an algorithm signs RS256, whatever else the provider supports`() throws {
        let key: JSON = ["kty": "RSA", "kid": "r", "e": "AQAB", "n": .string(RSAModulus.text)]
        let header = Base64URL.encode(Array(#"{"alg":"RS256","kid":"r"}"#.utf8))
        let token = "\(header).\(Base64URL.encode(Self.claims.text())).AA"
        let all = SignatureAlgorithm.allCases
        #expect(!IDToken.namesAnotherKey(token, than: try ProviderKeys(["keys": [key]], all)))
        #expect(IDToken.namesAnotherKey(token, than: try ProviderKeys(["keys": [key]], [.es256])))
    }

    @Test func `two keys of one id are refused, and so is what is no key set`() throws {
        let keys = try [TokenSigner().key.publicKey.json, TokenSigner().key.publicKey.json]
        for json in [["keys": .array(keys)], ["keys": 1], [:], [1]] as [JSON] {
            #expect(throws: ProviderFailure.refused(.answer)) { try ProviderKeys(json, [.es256]) }
        }
    }
}

/// A modulus of 2048 bits, whose factors nobody needs.
private enum RSAModulus {
    static let text = Base64URL.encode([0xC5] + [UInt8](repeating: 0x5A, count: 254) + [0x01])
}
