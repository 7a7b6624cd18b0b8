import Database
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

@Suite struct SessionHygieneTests {
    private let app: TestApplication
    private let account: TestAccount

    init() throws {
        app = try TestApplication()
        account = try TestAccount(in: app)
    }

    private func me(_ session: TestAccount.Session) -> Response {
        app.send(.get, "/api/v1/users/me", token: session.accessToken)
    }

    private func refresh(_ session: TestAccount.Session) -> Response {
        app.send(.post, "/api/v1/auth/refresh", ["refreshToken": .string(session.refreshToken)])
    }

    @Test func `signing out everywhere ends every session of the user and of nobody else`() throws {
        let sessions = try (1...3).map { _ in try account.signIn() }
        let other = try TestAccount(in: app, email: "eve@example.com").signIn()
        let answer = app.send(.post, "/api/v1/auth/logout?everywhere=true", token: sessions[1].accessToken)
        #expect(answer.status == .noContent)
        for session in sessions {
            #expect(me(session).errorCode == "TOKEN_REVOKED")
            #expect(refresh(session).errorCode == "TOKEN_REVOKED")
        }
        #expect(me(other).status == .ok)
        #expect(try app.audited(.sessionsEnded) == 1)
    }

    @Test func `signing out here keeps the others`() throws {
        let (mine, other) = (try account.signIn(), try account.signIn())
        #expect(app.send(.post, "/api/v1/auth/logout?everywhere=false", token: mine.accessToken).status == .noContent)
        #expect(me(mine).errorCode == "TOKEN_REVOKED")
        #expect(me(other).status == .ok)
    }

    @Test func `an idle session ends after a week`() throws {
        let session = try account.signIn()
        let db = app.database.connection()
        try db.execute("UPDATE sessions SET last_seen_at = NOW(6) - INTERVAL 6 DAY")
        #expect(me(session).status == .ok)
        try db.execute("UPDATE sessions SET last_seen_at = NOW(6) - INTERVAL 7 DAY")
        #expect(me(session).errorCode == "TOKEN_REVOKED")
    }

    @Test func `a session ends after a month, however much it is used`() throws {
        let session = try account.signIn()
        let end: SQL = "UPDATE sessions SET expires_at = NOW(6) - INTERVAL 1 SECOND"
        try app.database.connection().execute(end)
        #expect(me(session).errorCode == "TOKEN_REVOKED")
        #expect(refresh(session).errorCode == "TOKEN_EXPIRED")
    }

    @Test func `the last use is written at most once a minute`() throws {
        let session = try account.signIn()
        let seen: SQL = "SELECT CAST(last_seen_at AS CHAR) FROM sessions"
        let first = try app.value(seen, as: String.self)
        #expect(me(session).status == .ok)
        #expect(try app.value(seen, as: String.self) == first)
        try app.database.connection().execute("UPDATE sessions SET last_seen_at = NOW(6) - INTERVAL 61 SECOND")
        #expect(me(session).status == .ok)
        #expect(try app.value("SELECT last_seen_at > NOW(6) - INTERVAL 30 SECOND FROM sessions", as: Bool.self))
    }

    @Test(arguments: ["suspended", "deleted"])
    func `a user who is not active is refused at once`(status: String) throws {
        let session = try account.signIn()
        try app.database.connection().execute(
            "UPDATE users SET status = \(status), deleted_at = IF(\(status) = 'deleted', NOW(6), NULL)")
        #expect(me(session).errorCode == "TOKEN_REVOKED")
        #expect(refresh(session).errorCode == "TOKEN_REVOKED")
    }
}
