import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

@Suite struct AccountExportTests {
    @Test func `an export contains everything about the caller and nothing about others`() throws {
        let app = try TestApplication()
        let ada = try TestAccount(in: app)
        let eve = try TestAccount(in: app, email: "eve@example.com")
        _ = try eve.signIn()
        _ = try ada.signIn()
        let token = try ada.signIn().accessToken
        let link = try app.mailToken(for: ada.email, .changeEmail, newEmail: "ada@example.org")
        let answer = app.send(.get, "/api/v1/users/me/export", token: token)
        #expect(answer.status == .ok)
        #expect(answer.headers[.contentDisposition] == "attachment; filename=\"gatehouse-export.json\"")
        let data = try #require(answer.json["data"])
        #expect(data["user"]?["email"]?.string == ada.email)
        #expect(data["hasPassword"] == true)
        #expect(data["sessions"]?.elements.count == 2)
        #expect(data["sessions"]?.elements.count { $0["current"] == true } == 1)
        #expect(data["mailLinks"]?.elements.first?["newEmail"]?.string == "ada@example.org")
        #expect(
            data["auditEvents"]?.elements.compactMap { $0["action"]?.string }
                == ["user.registered", "login.succeeded", "login.succeeded", "user.exported"])
        let text = String(decoding: answer.body, as: UTF8.self)
        for forbidden in ["eve@", "argon2", link.text, "password_hash"] { #expect(!text.contains(forbidden)) }
    }

    @Test func `a link of a purpose that only its module knows is exported too`() throws {
        let app = try TestApplication()
        let ada = try TestAccount(in: app)
        let purpose = LinkPurpose("note_share", prefix: "ghn_", page: "/notes/shared")
        let token = try app.mailToken(for: ada.email, purpose)
        #expect(OpaqueToken(purpose, token.text)?.hash == token.hash)
        #expect(OpaqueToken(.verifyEmail, token.text) == nil)
        let export = app.send(.get, "/api/v1/users/me/export", token: try ada.signIn().accessToken).json["data"]
        #expect(export?["mailLinks"]?.elements.map { $0["purpose"] } == ["note_share"])
    }

    @Test func `an export has the start of each membership, and the invitations`() throws {
        let app = try TestApplication()
        let (owner, ada) = (try Person("owner", in: app), try Person("ada", in: app))
        let (engines, other) = (try TestOrganization(by: owner), try TestOrganization(by: owner, slug: "other"))
        try engines.add(ada, as: .admin)
        _ = try other.link(for: ada.email, as: "viewer", by: owner)
        _ = try engines.link(for: "grace@example.com", by: ada)
        let export = try #require(ada.send(.get, "/users/me/export").json["data"])
        let membership = try #require(export["organizations"]?.elements.first)
        let joined = try #require(ada.send(.get, engines.path(of: ada)).json["data"]?["createdAt"])
        #expect(membership["id"]?.string == engines.id)
        #expect(membership["role"] == "admin")
        #expect(membership["joinedAt"] == joined)
        let received = try #require(export["invitationsReceived"]?.elements)
        #expect(received.map { $0["organizationId"]?.string } == [other.id])
        #expect(received.map { $0["email"]?.string } == [ada.email])
        let sent = try #require(export["invitationsSent"]?.elements)
        #expect(sent.map { $0["email"] } == ["grace@example.com"])
        #expect(sent.map { $0["organizationName"] } == ["Analytical Engines"])

        try app.database.connection().execute("UPDATE users SET email_verified_at = NULL WHERE email = \(ada.email)")
        let unproved = ada.send(.get, "/users/me/export").json["data"]
        #expect(unproved?["invitationsReceived"]?.elements.isEmpty == true)
    }

    @Test func `a user has one export at a time, and others have theirs`() throws {
        let app = try TestApplication()
        let (ada, eve) = (try Person("ada", in: app), try Person("eve", in: app))
        let other = app.database.connection()
        let turn = Chain.turn(at: "/api/v1/users/me/export", of: try #require(UUID(uuidString: ada.id)))
        _ = try other.withNamedLock(turn) {
            let refused = ada.send(.get, "/users/me/export")
            #expect(refused.errorCode == "RATE_LIMITED")
            #expect(refused.status == .tooManyRequests)
            #expect(refused.headers[.retryAfter] == "5")
            #expect(eve.send(.get, "/users/me/export").status == .ok)
        }
        #expect(try app.audited(.userExported) == 1)
        #expect(ada.send(.get, "/users/me/export").status == .ok)
        let answers = try inParallel(8) { _ in ada.send(.get, "/users/me/export") }.map { try $0.get() }
        #expect(answers.allSatisfy { $0.status == .ok || $0.errorCode == "RATE_LIMITED" })
        #expect(answers.contains { $0.status == .ok })
    }

    @Test func `the address of another actor is left out`() throws {
        let app = try TestApplication()
        let token = try TestAccount(in: app).signIn().accessToken
        let id = try app.value("SELECT public_id FROM users", as: UUID.self)
        let origin = Origin(requestID: "r", address: "198.51.100.9", userAgent: "")
        try Audit.record(
            RoleChanged.action, by: AuditActor(UUID.v7(), from: origin), target: id, in: app.database.connection())
        let events =
            app.send(.get, "/api/v1/users/me/export", token: token).json["data"]?["auditEvents"]?.elements ?? []
        let event = try #require(events.first { $0["action"] == "user.role_changed" })
        #expect(event["ipAddress"] == .null)
        #expect(events.first?["ipAddress"]?.string == "127.0.0.1")
    }
}
