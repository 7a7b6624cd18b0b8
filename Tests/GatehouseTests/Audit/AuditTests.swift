import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

@Suite struct AuditTests {
    @Test func `events are neither changed nor deleted within a year`() throws {
        let database = try TestDatabase(isMigrated: true)
        let db = database.connection()
        try Audit.record(.loginFailed, by: .program, target: nil, in: db)
        #expect(throws: DatabaseError.self) { try db.execute("UPDATE audit_events SET action = 'x'") }
        #expect(throws: DatabaseError.self) { try db.execute("DELETE FROM audit_events") }
        #expect(try db.first("SELECT action FROM audit_events", as: String.self) == "login.failed")

        try db.execute(
            """
            INSERT INTO audit_events (public_id, action, created_at)
            VALUES (UUID(), 'login.failed', UTC_TIMESTAMP(6) - INTERVAL 366 DAY)
            """)
        #expect(
            try db.execute("DELETE FROM audit_events WHERE created_at < UTC_TIMESTAMP(6) - INTERVAL 365 DAY")
                .affectedRows == 1)
    }

    @Test func `every authentication event leaves its row`() throws {
        let app = try TestApplication()
        let account = try TestAccount(in: app)
        let session = try account.signIn()
        _ = app.send(
            .post, "/api/v1/auth/login", ["email": .string(account.email), "password": "wrong horse battery staple"])
        _ = app.send(.post, "/api/v1/auth/refresh", ["refreshToken": .string(session.refreshToken)])
        _ = app.send(.patch, "/api/v1/users/me", ["name": "Ada King"], token: session.accessToken)
        _ = app.send(.post, "/api/v1/auth/logout", token: session.accessToken)
        let actions: [String] = try app.database.connection().all("SELECT action FROM audit_events ORDER BY id")
        #expect(
            actions == [
                "user.registered", "login.succeeded", "login.failed", "token.refreshed", "user.updated",
                "session.ended",
            ])
    }
}
