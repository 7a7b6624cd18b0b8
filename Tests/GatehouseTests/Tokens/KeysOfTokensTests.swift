import Database
import FoundationEssentials
import GatehouseTesting
import JOSE
import Testing
import Web

@testable import Gatehouse

/// Tokens whose key is new, withdrawn, past or made up, in a process that has seen it and in one that has not.
@Suite struct KeysOfTokensTests {
    private let app: TestApplication
    private let db: Connection

    init() throws {
        app = try TestApplication()
        db = app.database.connection()
    }

    private func ring() throws -> KeyRing {
        KeyRing(try Settings.load(from: SettingSource(TestApplication.settings(for: app.database))).masterKeys)
    }

    private func lookUp(_ count: Int, _ ring: KeyRing) throws {
        for number in 0..<count { #expect(try ring.key("made up \(number)", in: db) == nil) }
    }

    private func rotate(isCompromised: Bool) throws {
        _ = try administration(of: app).rotateKeys(isCompromised: isCompromised)
    }

    private func code(_ answer: Response) -> String { answer.errorCode ?? "\(answer.status.code)" }

    private func me(_ token: String, by process: TestApplication) -> String {
        code(process.send(.get, "/api/v1/users/me", token: token))
    }

    private func signOut(_ token: String, by process: TestApplication, _ query: String = "") -> String {
        code(process.send(.post, "/api/v1/auth/logout" + query, token: token))
    }

    private func refresh(_ session: TestAccount.Session) -> Response {
        app.send(.post, "/api/v1/auth/refresh", ["refreshToken": .string(session.refreshToken)])
    }

    /// The token as it was an hour before it expired, signed by the same key.
    private func expired(_ token: String) throws -> String {
        let jws = try JWS(token)
        let kid = try #require(jws.keyID)
        let key = try #require(try ring().key(kid, in: db))
        let payload = try jws.payload(verifiedBy: key.jwk.publicKey, type: "at+jwt")
        let claims = try #require(AccessClaims(try JSON(parsing: payload)))
        let earlier = AccessClaims(
            iss: claims.iss, sub: claims.sub, sid: claims.sid, aud: claims.aud, iat: claims.iat - 3600,
            exp: claims.exp - 3600, role: claims.role, jti: claims.jti, clientID: claims.clientID)
        return try JWS.sign(earlier.json.text(), with: key.jwk, type: "at+jwt")
    }

    @Test func `a new key works in a process that has just read the keys`() throws {
        let session = try TestAccount(in: app).signIn()
        let other = try TestApplication(besides: app)
        try rotate(isCompromised: true)
        let token = try #require(refresh(session).json["data"]?["tokens"]?["accessToken"]?.string)
        #expect(me(token, by: other) == "200")
    }

    @Test func `an unseen token of a withdrawn key is revoked, and counts against nobody`() throws {
        let session = try TestAccount(in: app).signIn()
        try rotate(isCompromised: true)
        let folder = try TemporaryFolder()
        let other = try TestApplication(
            [
                "GATEHOUSE_RATE_LIMITS": "on", "GATEHOUSE_RATE_LIMIT_FILE": folder.path("limits"),
                "GATEHOUSE_LIMIT_ANONYMOUS": "1/1h",
            ], besides: app)
        for _ in 0..<3 { #expect(me(session.accessToken, by: other) == "TOKEN_REVOKED") }
        #expect(me("a.b.c", by: other) == "UNAUTHORIZED")
        #expect(me("a.b.c", by: other) == "RATE_LIMITED")
    }

    @Test func `a withdrawn key is forgotten when none of its tokens can be valid`() throws {
        let token = try TestAccount(in: app).signIn().accessToken
        try rotate(isCompromised: true)
        #expect(try ring().snapshot(in: db).keys.map(\.isWithdrawn) == [false, true])
        #expect(try ring().publicKeySet(in: db)["keys"]?.elements.count == 1)
        try db.execute("UPDATE signing_keys SET withdrawn_at = withdrawn_at - INTERVAL 17 MINUTE")
        #expect(try ring().snapshot(in: db).keys.count == 1)
        #expect(try me(token, by: TestApplication(besides: app)) == "UNAUTHORIZED")
    }

    @Test func `a token of a withdrawn key cannot sign out`() throws {
        let session = try TestAccount(in: app).signIn()
        #expect(me(session.accessToken, by: app) == "200")
        let late = try expired(session.accessToken)
        #expect(me(late, by: app) == "TOKEN_EXPIRED")
        try rotate(isCompromised: true)
        for process in [app, try TestApplication(besides: app)] {
            for token in [session.accessToken, late] {
                #expect(signOut(token, by: process) == "TOKEN_REVOKED")
            }
            #expect(signOut(session.accessToken, by: process, "?everywhere=true") == "TOKEN_REVOKED")
            #expect(signOut(session.accessToken, by: process, "?revokeApiKeys=true") == "TOKEN_REVOKED")
        }
        #expect(refresh(session).status == .ok)
    }

    @Test(arguments: [false, true])
    func `an expired token signs out even after its key has expired`(inNewProcess isNew: Bool) throws {
        let session = try TestAccount(in: app).signIn()
        let late = try expired(session.accessToken)
        try rotate(isCompromised: false)
        try db.execute(
            """
            UPDATE signing_keys SET signs_from = signs_from - INTERVAL 1 DAY,
                                    verifies_until = verifies_until - INTERVAL 1 DAY
            """)
        let process = isNew ? try TestApplication(besides: app) : app
        #expect(me(late, by: process) == "TOKEN_EXPIRED")
        #expect(signOut(late, by: process, "?everywhere=true") == "TOKEN_EXPIRED")
        #expect(signOut(late, by: process) == "204")
        #expect(refresh(session).errorCode == "TOKEN_REVOKED")
    }

    @Test func `made-up key ids cost a statement each, and none beyond twenty a second`() throws {
        let ring = try ring()
        _ = try ring.snapshot(in: db)
        #expect(try statements(in: db) { try lookUp(10, ring) } == 10)

        let start = ContinuousClock.now + .seconds(55)
        #expect((0..<25).count { _ in ring.takesLookup(at: start) } == 20)
        #expect(ring.takesLookup(at: start + .milliseconds(50)))
        #expect(!ring.takesLookup(at: start + .milliseconds(50)))
        // Until then the quota is used up.
        #expect(try statements(in: db) { try lookUp(1000, ring) } == 0)
    }

    @Test func `a key that the master key no longer opens stops nobody once it is past or withdrawn`() throws {
        let other = try TestApplication(
            ["GATEHOUSE_MASTER_KEY": "new:" + Data(repeating: 9, count: 32).base64EncodedString()])
        let kept = try other.database.connection().first(
            "SELECT private_key_sealed FROM signing_keys", as: [UInt8].self)
        try rotate(isCompromised: true)
        try db.execute("UPDATE signing_keys SET private_key_sealed = \(kept) WHERE withdrawn_at IS NOT NULL")
        #expect(try ring().snapshot(in: db).keys.map(\.isWithdrawn) == [false])
        try db.execute("UPDATE signing_keys SET withdrawn_at = NULL, verifies_until = NULL")
        #expect(throws: SigningKey.Unreadable.self) { try ring().snapshot(in: db) }
    }
}
