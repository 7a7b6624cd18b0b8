import Cryptography
import Database
import FoundationEssentials
import GatehouseTesting
import Logging
import Testing
import Web

@testable import Gatehouse

/// Values that an earlier release sealed, signed, derived and hashed with swift-crypto and jwt-kit.
@Suite struct EarlierReleaseTests {
    private static let masterKeys =
        "2026:AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=,2025:ZWZnaGlqa2xtbm9wcXJzdHV2d3h5ent8fX5/gIGCg4Q="
    private let keys: MasterKeys

    init() throws {
        keys = try #require(MasterKeys(Self.masterKeys))
    }

    private func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private func bytes(_ base64: String) throws -> [UInt8] {
        Array(try #require(Data(base64Encoded: base64)))
    }

    @Test(arguments: [
        "BDIwMjVshkmfYoeWdsnje2u/PPA5xKri9tzXn6/TzbaEvQSv+khQgUDW",
        "BDIwMjbOHt8/mujrkHWR/1hZVIGgVseYrTR77+JJGgbugzPcayikXwxZ",
    ])
    func `a value sealed under either master key opens`(sealed: String) throws {
        let vault = Vault(keys, label: "idempotency")
        #expect(try vault.open(bytes(sealed), for: "row 1") == Array("an answer".utf8))
        #expect(throws: Vault.Failure.self) { try vault.open(bytes(sealed), for: "row 2") }
    }

    @Test(arguments: [
        "BDIwMjVReCURLiqauFKIM4VMMswjBIDZtBQXTnyk+jPf", "BDIwMja82bH92Xou19ViOEVgKssN17kwiayz+i6wVQ3H",
    ])
    func `an empty secret of a row without a name opens`(sealed: String) throws {
        #expect(try Vault(keys, label: "cursors").open(bytes(sealed), for: "") == [])
    }

    @Test func `its signing key is read and verifies the access token that it signed`() throws {
        let database = try TestDatabase(isMigrated: true)
        let db = database.connection()
        let kid = "2HYGO3bw9zIHwAsTwixHJQ"
        let sealed = try bytes(
            "BDIwMjUVMonnP+DlP65uhRkUFgVH8S0esZHcUpSEpXggUqM2vCLbKDvaBEs6WpTP4il6dAGB2vg76zPjjFrN2wM=")
        try db.execute(
            """
            INSERT INTO signing_keys (generation, kid, private_key_sealed, signs_from)
            VALUES (1, \(kid), \(sealed), NOW(6))
            """)
        let ring = KeyRing(keys)
        let published: JSON = [
            "kty": "EC", "crv": "P-256", "x": "_oXEWmdW9TlCaBnESLWntbjdvZa-ltfW6lmMikjqkus",
            "y": "JBAlRqzavcR1oBq76hOs0C4HShp_j3LEwPhaULf7AmI", "use": "sig", "alg": "ES256",
            "kid": "2HYGO3bw9zIHwAsTwixHJQ",
        ]
        #expect(try ring.publicKeySet(in: db) == ["keys": [published]])

        let tokens = AccessTokens(keys: ring, issuer: "https://id.example.com", audience: "https://api.example.com")
        let verified = try tokens.verify(Array(Self.accessToken.utf8)[...], evenIfExpired: true, in: db)
        #expect(verified.kid == kid)
        #expect(verified.claims.sub == "01a22937-1504-73b0-9930-a7207988c978")
        #expect(verified.claims.sid == "01a22937-1504-728e-8dd2-3b935991b8be")
        #expect(verified.claims.role == "admin")
        #expect(verified.claims.iat == 1_795_987_805)
        #expect(verified.claims.exp == 1_795_988_705)
        #expect(verified.claims.jti == "iAxb2gqm8Rd0szfWd7AJyg")
        #expect(verified.claims.clientID == "gatehouse")
    }

    private static let accessToken =
        "eyJraWQiOiIySFlHTzNidzl6SUh3QXNUd2l4SEpRIiwiYWxnIjoiRVMyNTYiLCJ0eXAiOiJhdCtqd3QifQ."
        + "eyJpYXQiOjE3OTU5ODc4MDUsInN1YiI6IjAxYTIyOTM3LTE1MDQtNzNiMC05OTMwLWE3MjA3OTg4Yzk3OCIsImlzcyI6Imh0dHBz"
        + "OlwvXC9pZC5leGFtcGxlLmNvbSIsImF1ZCI6Imh0dHBzOlwvXC9hcGkuZXhhbXBsZS5jb20iLCJyb2xlIjoiYWRtaW4iLCJzaWQi"
        + "OiIwMWEyMjkzNy0xNTA0LTcyOGUtOGRkMi0zYjkzNTk5MWI4YmUiLCJqdGkiOiJpQXhiMmdxbThSZDBzemZXZDdBSnlnIiwiY2xp"
        + "ZW50X2lkIjoiZ2F0ZWhvdXNlIiwiZXhwIjoxNzk1OTg4NzA1fQ."
        + "8je-e75RXuhii3USXzpCj50pp51SSJv0yJwWIe9NalEN7a0HYCUmi_L3ZCMTPE9ig_Adn7ujunf3LpKH8XRogA"

    @Test func `its refresh tokens are found and their sealed successors open`() throws {
        let text = "ghr_DNOBENKMPV9fejAk7Ubuit1yTao9SbOC67x67m8wj-4"
        let presented = try #require(OpaqueToken(.refresh, text))
        #expect(
            hexadecimal(presented.hash) == "01e05a4e0672b0c27ee7eb6aa152df3eb99285415d3388d8ea240896a285c129")
        let sealed = try bytes(
            "EPIzrlpzCwePofFxMmFrhH46YW0QWmJ4rcBdvYGddYROGlSL0kpZFxJnw7DfBOZo1eVd4a7O9fLui4+0ebIJLLbX0DlmtORpJ+pu")
        let successor = try SuccessorSeal.open(sealed, under: presented)
        #expect(successor?.text == "ghr_EojiX52muS-UWdPSw3kl7BZKk8taUVTySTrihu215nI")
    }

    @Test func `its API keys and contents have the same hashes`() {
        let secret = APIKeySecret("ghk_1Cd1XQs2du4Tk1OxxmetncXxlbhZRK8l0Yt2c6TsQuF1paYS0")
        #expect(
            secret.map { hexadecimal($0.hash) } == "bfb2eb2f83f6b547892d189473313a4f19f03ca0415178be8e309198f684c8ac")
        #expect(ContentDigest.text(of: Array("body { margin: 0 }".utf8)) == "mX-s7KJgWpgxJola85xdpA")
    }

    @Test func `its counts against limits are found again`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "limits-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var settings = LimitSettings()
        settings.file = folder.appending(path: "limits").path
        let limiter = try RateLimiter(settings, masterKeys: keys, log: Logger(label: "limits"))
        #expect(
            hexadecimal(limiter.code("standard 192.0.2.1"))
                == "b0fe095bfaaffcc69e9bebd70092429757f1e9eeba248fe3cba1ea938c508c17")
        // The second request finds it cached; another process derives it again. Both count in the same bucket.
        let limit = RateLimit(count: 5, period: 900)
        let user = try #require(UUID(uuidString: "01A22937-151D-7370-97B9-9875D64C7237"))
        let other = try RateLimiter(settings, masterKeys: keys, log: Logger(label: "limits"))
        for limiter in [limiter, limiter, other] {
            #expect(
                limiter.bucket("standard", limit, of: .user(user)).key
                    == limiter.code("standard user 01a22937-151d-7370-97b9-9875d64c7237"))
            #expect(
                limiter.bucket("search", limit, of: .apiKey(user)).key
                    == limiter.code("search API key 01a22937-151d-7370-97b9-9875d64c7237"))
            #expect(
                limiter.bucket("session", limit, of: .session(user)).key
                    == limiter.code("session session 01a22937-151d-7370-97b9-9875d64c7237"))
            #expect(limiter.bucket("standard", limit, of: .words("a")).key == limiter.code("standard a"))
        }
        let names: HMACKey<SHA256> = keys.newestKey(for: "idempotency-names").key
        #expect(
            hexadecimal(names.code(for: "a name".utf8).bytes)
                == "72d37808b7b276019004323f10ec4103683acc51ee37e98f75a627e2d8ceecb6")
    }

    @Test func `the browsers that it marked are recognized`() throws {
        let value = "2025.ui4H1-dAonCfzH4sI91ngA.MgKffXXfA6MujwaARyXe4P5FPQe-nRnAiptMRGmdobk"
        let user = try #require(UUID(uuidString: "01A22937-151D-7370-97B9-9875D64C7237"))
        let headers: HTTPFields = [.cookie: "__Host-gatehouse_device=\(value)"]
        let devices = DeviceCookie(masterKeys: keys)
        #expect(try devices.device(in: headers, of: user, "$argon2id$hash") == "ui4H1-dAonCfzH4sI91ngA")
        #expect(try devices.device(in: headers, of: user, "$argon2id$other") == nil)
    }
}
