import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

@Suite struct UserAdministrationRouteTests {
    private let app: TestApplication
    private let admin: TestUser

    init() throws {
        app = try TestApplication()
        admin = try TestUser(in: app, email: "admin@example.com", role: "admin")
    }

    @Test func `an account without a password gets a mail with a link that sets one`() throws {
        let made = admin.send(.post, "/users", ["email": "new@example.com", "name": "New", "role": "support"])
        #expect(made.status == .created, "\(made.json)")
        #expect(made.json["data"]?["role"] == "support")
        #expect(try app.jobs(SendAccountInvitation.kind) == 1)
        let again = admin.send(.post, "/users", ["email": "NEW@example.com", "name": "New"])
        #expect(again.errorCode == "EMAIL_TAKEN")
    }

    @Test func `a suspended account loses access at once`() throws {
        let user = try TestUser(in: app, email: "user@example.com")
        #expect(admin.send(.patch, "/users/\(user.id)", ["status": "suspended"]).status == .ok)
        #expect(user.send(.get, "/users/me").errorCode == "TOKEN_REVOKED")
        #expect(admin.send(.patch, "/users/\(user.id)", ["status": "active"]).json["data"]?["status"] == "active")
    }

    @Test func `the end of sessions is audited once, with its author`() throws {
        let user = try TestUser(in: app, email: "user@example.com")
        for _ in 1...2 { #expect(admin.send(.post, "/users/\(user.id)/sessions/revoke").status == .noContent) }
        #expect(user.send(.get, "/users/me").errorCode == "TOKEN_REVOKED")
        #expect(try app.audited(.sessionsEnded) == 1)
        let actor = try app.value(
            "SELECT actor_id FROM audit_events WHERE action = 'session.ended_everywhere' AND target_id = \(user.id)",
            as: UUID.self)
        #expect(actor == admin.id)
    }

    @Test func `a change of another version is refused`() throws {
        let user = try TestUser(in: app, email: "user@example.com")
        let tag = try #require(admin.send(.get, "/users/\(user.id)").headers[.eTag])
        #expect(
            admin.send(.patch, "/users/\(user.id)", ["role": "support"], headers: [.ifMatch: tag]).status == .ok)
        #expect(
            admin.send(.patch, "/users/\(user.id)", ["role": "user"], headers: [.ifMatch: tag]).errorCode
                == "PRECONDITION_FAILED")
    }

    @Test func `nobody can suspend or delete themselves here`() {
        #expect(admin.send(.patch, "/users/\(admin.id)", ["status": "suspended"]).errorCode == "FORBIDDEN")
        #expect(admin.send(.delete, "/users/\(admin.id)").errorCode == "FORBIDDEN")
    }

    @Test func `the last administrator cannot be removed`() {
        #expect(admin.send(.patch, "/users/\(admin.id)", ["role": "user"]).errorCode == "CONFLICT")
        let password: JSON = ["currentPassword": .string(TestAccount.password)]
        #expect(admin.send(.delete, "/users/me", password).errorCode == "CONFLICT")
    }

    @Test func `one of several administrators who demote each other at once remains`() throws {
        let others = try (1...7).map { try TestUser(in: app, email: "admin\($0)@example.com", role: "admin") }
        let all = others + [admin]
        _ = try inParallel(8) { index in
            all[index].send(.patch, "/users/\(all[(index + 1) % 8].id)", ["role": "user"])
        }
        let left: Int = try app.value("SELECT COUNT(*) FROM users WHERE role = 'admin' AND status = 'active'")
        #expect(left >= 1)
        _ = try inParallel(8) { index in all[index].send(.patch, "/users/\(all[index].id)", ["role": "user"]) }
        #expect(try app.value("SELECT COUNT(*) FROM users WHERE role = 'admin'") >= 1)
    }

    @Test func `a deleted account is kept for its grace period, and can be restored`() throws {
        let user = try TestUser(in: app, email: "user@example.com")
        #expect(admin.send(.delete, "/users/\(user.id)").status == .noContent)
        #expect(user.send(.get, "/users/me").errorCode == "TOKEN_REVOKED")
        #expect(admin.send(.get, "/users?status=deleted").values("email") == ["user@example.com"])
        #expect(admin.send(.patch, "/users/\(user.id)", ["status": "active"]).status == .ok)
    }

    @Test func `accounts are found by the words of names and addresses, however they were made`() throws {
        try app.database.connection().execute(
            """
            INSERT INTO users (public_id, email, email_key, name)
            VALUES (\(UUID.v7()), 'zoe@elsewhere.example', 'zoe@elsewhere.example', 'Zoë Ångström')
            """)
        #expect(admin.send(.get, "/users?q=angs").values("email") == [])
        try WriteUserWords().run(.test(app))
        for search in ["zo", "ANGSTROM", "%C3%85ngstr", "else%20zoe"] {
            #expect(admin.send(.get, "/users?q=\(search)").values("email") == ["zoe@elsewhere.example"], "\(search)")
        }
        // Only letters and digits are searched for, so a percent sign is no wildcard.
        #expect(admin.send(.get, "/users?q=zoe%25").values("email") == ["zoe@elsewhere.example"])
        for search in ["oe", "z%25x", "z_x", "zoe%20nobody", "%25%25"] {
            #expect(admin.send(.get, "/users?q=\(search)").values("email") == [], "\(search)")
        }
    }

    @Test func `audit events are filtered by actor, target, action and time`() throws {
        let user = try TestUser(in: app, email: "user@example.com")
        #expect(admin.send(.patch, "/users/\(user.id)", ["role": "support"]).status == .ok)
        let changes = admin.send(.get, "/audit-events?action=user.role_changed")
        #expect(changes.values("actorId") == [admin.id.uuidString.lowercased()])
        #expect(changes.values("targetId") == [user.id.uuidString.lowercased()])
        #expect(admin.send(.get, "/audit-events?targetId=\(user.id)").values("action").first == "user.role_changed")
        #expect(admin.send(.get, "/audit-events?actorId=\(admin.id)&since=2999-01-01T00:00:00Z").values("id") == [])
        #expect(
            !admin.send(.get, "/audit-events?actorId=\(admin.id)&until=2999-01-01T00:00:00Z").values("id").isEmpty)
    }
}
