import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

@Suite struct AccountDeletionTests {
    private let app: TestApplication
    private let account: TestAccount

    init() throws {
        app = try TestApplication()
        account = try TestAccount(in: app)
    }

    private func delete(_ token: String, _ password: String = TestAccount.password) -> Response {
        app.send(.delete, "/api/v1/users/me", ["currentPassword": .string(password)], token: token)
    }

    @Test func `a deleted account is refused at once and keeps its address for now`() throws {
        let (mine, other) = (try account.signIn(), try account.signIn())
        #expect(delete(mine.accessToken, "wrong horse battery").errorCode == "INVALID_CREDENTIALS")
        #expect(delete(mine.accessToken).status == .noContent)
        for session in [mine, other] {
            #expect(app.send(.get, "/api/v1/users/me", token: session.accessToken).errorCode == "TOKEN_REVOKED")
            let refresh: JSON = ["refreshToken": .string(session.refreshToken)]
            #expect(app.send(.post, "/api/v1/auth/refresh", refresh).errorCode == "TOKEN_REVOKED")
        }
        let credentials: JSON = ["email": .string(account.email), "password": .string(TestAccount.password)]
        #expect(app.send(.post, "/api/v1/auth/login", credentials).errorCode == "INVALID_CREDENTIALS")
        let registration: JSON = [
            "email": .string(account.email), "password": .string(TestAccount.password), "name": "Ada",
        ]
        #expect(app.send(.post, "/api/v1/auth/register", registration).errorCode == "EMAIL_TAKEN")
        #expect(try app.jobs("account.send_account_deleted_notice") == 1)
        #expect(try app.audited(AccountDeleted.action) == 1)
    }

    @Test func `one of several concurrent deletions is made`() throws {
        let sessions = try (1...8).map { _ in try account.signIn() }
        let answers = try inParallel(8) { delete(sessions[$0].accessToken) }.map { try $0.get() }
        #expect(answers.count { $0.status == .noContent } == 1)
        #expect(try app.jobs("account.send_account_deleted_notice") == 1)
    }

    @Test func `erasure waits for the grace period and then leaves only opaque ids`() throws {
        let eve = try TestAccount(in: app, email: "eve@example.com")
        _ = try eve.signIn()
        let token = try account.signIn().accessToken
        _ = try app.mailToken(for: account.email, .resetPassword)
        #expect(delete(token).status == .noContent)
        let db = app.database.connection()
        let id = try app.value("SELECT public_id FROM users WHERE id = 1", as: UUID.self)

        try EraseDeletedAccounts().run(.test(app))
        #expect(try app.value("SELECT COUNT(*) FROM users") == 2, "the grace period is not over")

        try db.execute("UPDATE users SET deleted_at = NOW(6) - INTERVAL 31 DAY WHERE id = 1")
        #expect(throws: DatabaseError.self) {
            try db.execute("UPDATE audit_events SET ip_address = NULL WHERE actor_id = \(id)")
        }
        try EraseDeletedAccounts().run(.test(app))
        try EraseAuditAddresses(userPublicID: id).run(.test(app))
        #expect(try app.value("SELECT COUNT(*) FROM users WHERE public_id = \(id)") == 0)
        for statement: SQL in [
            "SELECT COUNT(*) FROM sessions WHERE user_id = 1", "SELECT COUNT(*) FROM one_time_tokens WHERE user_id = 1",
            "SELECT COUNT(*) FROM jobs WHERE payload LIKE '%ada@example.com%'",
            "SELECT COUNT(*) FROM jobs WHERE JSON_VALUE(payload, '$.userID') = 1",
            "SELECT COUNT(*) FROM audit_events WHERE \(id) IN (actor_id, target_id) AND ip_address IS NOT NULL",
        ] {
            #expect(try app.value(statement) == 0, "\(statement)")
        }
        #expect(try app.value("SELECT COUNT(*) FROM audit_events WHERE \(id) IN (actor_id, target_id)") > 3)
        #expect(try app.audited(AccountErased.action) == 1)
        #expect(
            try app.value("SELECT COUNT(*) FROM audit_events WHERE actor_id <> \(id) AND ip_address IS NULL") == 0,
            "others keep theirs")
        let registration: JSON = [
            "email": .string(account.email), "password": .string(TestAccount.password), "name": "Ada",
        ]
        #expect(app.send(.post, "/api/v1/auth/register", registration).status == .created)
    }

    @Test func `nothing else in an audit event can be changed once its account is erased`() throws {
        let db = app.database.connection()
        try db.execute("DELETE FROM users")
        for change: SQL in [
            "UPDATE audit_events SET ip_address = NULL, action = 'x'",
            "UPDATE audit_events SET ip_address = NULL, created_at = NOW(6)",
            "UPDATE audit_events SET ip_address = NULL, actor_id = NULL",
            "UPDATE audit_events SET ip_address = '192.0.2.1'",
        ] {
            #expect(throws: DatabaseError.self, "\(change)") { try db.execute(change) }
        }
        #expect(try db.execute("UPDATE audit_events SET ip_address = NULL").affectedRows > 0)
    }
}
