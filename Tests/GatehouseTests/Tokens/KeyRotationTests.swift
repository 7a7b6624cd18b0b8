import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

@Suite struct KeyRotationTests {
    private let app: TestApplication
    private let admin: Administration
    private let db: Connection

    init() throws {
        app = try TestApplication()
        admin = try administration(of: app)
        db = app.database.connection()
    }

    private func states() throws -> [String] {
        guard case .array(let keys)? = try admin.listKeys()["data"] else { return [] }
        return keys.compactMap { $0["state"]?.string }
    }

    private func status(_ accessToken: String) -> String {
        let answer = app.send(.get, "/api/v1/users/me", token: accessToken)
        return answer.errorCode ?? "\(answer.status.code)"
    }

    private func kids(_ keySet: JSON) -> [String] {
        guard case .array(let keys)? = keySet["keys"] else { return [] }
        return keys.compactMap { $0["kid"]?.string }
    }

    @Test func `the key set is served while the database is away`() throws {
        let settings = try Settings.load(from: SettingSource(TestApplication.settings(for: app.database)))
        let away = DatabaseClient(
            DatabaseSettings(endpoints: [.socket("/nonexistent/socket")], name: "none", user: "nobody")
        ).connection()
        let ring = KeyRing(settings.masterKeys, freshness: .zero)
        #expect(throws: DatabaseError.self) { try ring.publicKeySet(in: away) }
        let keys = try ring.publicKeySet(in: db)
        #expect(!kids(keys).isEmpty)
        #expect(try ring.publicKeySet(in: away) == keys)
        #expect(throws: DatabaseError.self, "tokens are not verified by old keys") { try ring.snapshot(in: away) }
    }

    /// Lets the ten minutes after a rotation pass, and the sixteen after those, by changing the keys' times.
    private func pass(minutes: Int) throws {
        try db.execute(
            """
            UPDATE signing_keys SET signs_from = signs_from - INTERVAL \(minutes) MINUTE,
                                    verifies_until = verifies_until - INTERVAL \(minutes) MINUTE
            """)
    }

    @Test func `a running process publishes the new key long before it signs`() throws {
        let ring = KeyRing(try settings().masterKeys)
        let old = try ring.signer(at: Date(), in: db).kid
        let rotated = try #require(try admin.rotateKeys(isCompromised: false)["data"]?["kid"]?.string)

        // The ring does this within a minute.
        #expect(Duration.seconds(SigningKey.publicationLead) >= KeyRing.freshness + .seconds(300))
        _ = try ring.reread(in: db)
        #expect(kids(try ring.publicKeySet(in: db)) == [rotated, old])
        #expect(try ring.signer(at: Date(), in: db).kid == old)
        let signsFrom = Date().addingTimeInterval(Double(SigningKey.publicationLead))
        #expect(try ring.signer(at: signsFrom, in: db).kid == rotated)
        #expect(try states() == ["published", "signing"])
    }

    @Test func `tokens of the old key are accepted exactly as long as they live`() throws {
        let account = try TestAccount(in: app)
        let before = try account.signIn().accessToken
        _ = try admin.rotateKeys(isCompromised: false)
        #expect(status(before) == "200")

        try pass(minutes: 11)
        #expect(try states() == ["signing", "verifying"])
        #expect(status(before) == "200")
        // The old key signed until a moment ago: its last token lives for another quarter of an hour, and clocks
        // differ.
        let tail = try #require(
            try db.first(
                """
                SELECT TIMESTAMPDIFF(SECOND, n.signs_from, o.verifies_until) FROM signing_keys n, signing_keys o
                WHERE n.generation = 2 AND o.generation = 1
                """, as: Int.self))
        #expect(tail >= AccessTokens.lifetime + AccessTokens.skew)

        try pass(minutes: 16)
        #expect(try states() == ["signing", "past"])
        #expect(status(before) == "TOKEN_REVOKED")
    }

    @Test func `one of several concurrent rotations makes a key`() throws {
        let app = app
        let failures = try failuresInParallel(8) { _ in
            _ = try administration(of: app).rotateKeys(isCompromised: false)
        }
        #expect(failures.count { $0 == nil } == 1)
        for case let failure? in failures {
            guard case .rotationPending? = failure as? AdministrationError else {
                Issue.record("\(failure)")
                continue
            }
        }
        #expect(try states() == ["published", "signing"])
    }

    @Test func `of many concurrent compromises, the newest key stays`() throws {
        let app = app
        let failures = try failuresInParallel(8) { _ in
            _ = try administration(of: app).rotateKeys(isCompromised: true)
        }
        #expect(failures.allSatisfy { $0 == nil }, "\(failures)")
        #expect(try states() == ["signing"] + Array(repeating: "withdrawn", count: 8))
    }

    @Test func `a compromised key is refused at once and a running process stops signing with it`() throws {
        let account = try TestAccount(in: app)
        let before = try account.signIn()
        #expect(status(before.accessToken) == "200")
        _ = try admin.rotateKeys(isCompromised: true)
        #expect(status(before.accessToken) == "TOKEN_REVOKED")

        #expect(status(try account.signIn().accessToken) == "200")
        let refreshed = app.send(
            .post, "/api/v1/auth/refresh", ["refreshToken": .string(before.refreshToken)])
        let token = try #require(refreshed.json["data"]?["tokens"]?["accessToken"]?.string, "\(refreshed.json)")
        #expect(status(token) == "200")
        #expect(kids(app.send(.get, "/.well-known/jwks.json").json).count == 1)
    }

    @Test func `a compromise also withdraws a key that does not sign yet`() throws {
        _ = try admin.rotateKeys(isCompromised: false)
        _ = try admin.rotateKeys(isCompromised: true)
        #expect(try states() == ["signing", "withdrawn", "withdrawn"])
        _ = try admin.rotateKeys(isCompromised: false)
        #expect(try states() == ["published", "signing", "withdrawn", "withdrawn"])
    }

    @Test func `without the master key there is no rotation`() throws {
        var settings = try TestApplication.settings(for: app.database)
        settings["GATEHOUSE_MASTER_KEY"] = "test:" + Data(repeating: 8, count: 32).base64EncodedString()
        let stranger = try Administration(self.settings(settings), .gatehouse)
        for isCompromised in [false, true] {
            #expect(throws: SigningKey.Unreadable.self) { try stranger.rotateKeys(isCompromised: isCompromised) }
        }
        #expect(try states() == ["signing"])
    }

    @Test func `a rotation is audited without the key`() throws {
        let rotated = try admin.rotateKeys(isCompromised: true)
        let details = try db.first(
            "SELECT details FROM audit_events WHERE action = 'key.rotated' AND actor_id IS NULL", as: String.self)
        #expect(details?.contains(rotated["data"]?["kid"]?.string ?? "-") == true)
        let sealed = try db.all("SELECT HEX(private_key_sealed) FROM signing_keys", as: String.self)
        let shown = String(decoding: try admin.listKeys().text(), as: UTF8.self)
        #expect(sealed.count == 2 && sealed.allSatisfy { !shown.uppercased().contains($0) })
    }

    private func settings(_ given: [String: String]? = nil) throws -> Settings {
        try Settings.load(from: SettingSource(given ?? TestApplication.settings(for: app.database)))
    }
}
