import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

/// Accounts that never verified their address. If nobody ever signed in to them, they give it up: after a day to
/// anybody who registers it, and at once to anybody who verifies it. Verifying the address of an account that was used
/// takes it over, or has it deleted.
@Suite struct AddressClaimTests {
    private let app: TestApplication
    private let stale: TestAccount
    private let id: UUID

    init() throws {
        app = try TestApplication(["GATEHOUSE_REQUIRE_VERIFIED_EMAIL": "false"])
        stale = try TestAccount(in: app, email: "stale@example.com")
        id = try app.value("SELECT public_id FROM users WHERE email = \(stale.email)", as: UUID.self)
        try app.database.connection().execute(
            """
            UPDATE users SET email_verified_at = NULL, created_at = NOW(6) - INTERVAL 25 HOUR
            WHERE email = \(stale.email)
            """)
    }

    private func register(_ password: String = TestAccount.password) -> Response {
        app.send(
            .post, "/api/v1/auth/register",
            ["email": .string(stale.email), "password": .string(password), "name": "Whoever"])
    }

    /// The person who registered the account, signed in to it.
    private func maker() throws -> Person { try Person(stale) }

    private func reject() throws -> Response {
        let link = try app.mailToken(for: stale.email, .verifyEmail)
        return app.send(.post, "/api/v1/auth/verify-email/reject", ["token": .string(link.text)])
    }

    private func count(_ sql: SQL) throws -> Int { try app.value(sql) }

    /// Lets somebody change to the address.
    private func change(by person: Person) throws -> Response {
        let link = try app.mailToken(for: person.email, .changeEmail, newEmail: stale.email)
        return app.send(
            .post, "/api/v1/auth/confirm-email",
            ["token": .string(link.text), "password": .string(TestAccount.password)])
    }

    private func make(by admin: TestUser) -> Response {
        admin.send(.post, "/users", ["email": .string(stale.email), "name": "Made"])
    }

    @Test func `registering the address takes nothing from an account that was used`() throws {
        let admin = try TestUser(in: app, email: "admin@example.com", role: "admin")
        let other = try Person("other", in: app)
        let maker = try maker()
        try maker.create("Engine")
        #expect(register().errorCode == "EMAIL_TAKEN")
        #expect(make(by: admin).errorCode == "EMAIL_TAKEN")
        #expect(throws: AdministrationError.emailTaken(stale.email)) {
            try administration(of: app).createUser(
                Administration.NewUser(
                    email: stale.email, name: "Made", role: "user", isVerified: true, password: nil))
        }
        #expect(try change(by: other).errorCode == "EMAIL_TAKEN", "two accounts cannot become one")
        #expect(try maker.names() == ["Engine"])
        #expect(try app.audited(.userReplaced) == 0)
    }

    @Test func `a concurrent sign-in and registration leave one of the two`() throws {
        let answers = try inParallel(8) { index in
            index == 0 ? stale.logIn() : register("battery horse staple correct")
        }.map { try $0.get() }
        let signedIn = answers[0].status == .ok
        #expect(signedIn || answers[0].errorCode == "INVALID_CREDENTIALS" || answers[0].errorCode == "OVERLOADED")
        let replacements = answers.dropFirst().count { $0.status == .created }
        let isKept = try count("SELECT COUNT(*) FROM users WHERE public_id = \(id)") == 1
        #expect(replacements == (isKept ? 0 : 1))
        #expect(!signedIn || isKept, "an account that has signed in stays")
    }

    @Test func `within a day a registration keeps the address from others, unless they prove it`() throws {
        let other = try Person("other", in: app)
        try app.database.connection().execute("UPDATE users SET created_at = NOW(6) WHERE email = \(stale.email)")
        #expect(register().errorCode == "EMAIL_TAKEN")
        #expect(try change(by: other).status == .ok)
        #expect(try app.audited(.userReplaced) == 1)
    }

    @Test func `an account made by an administrator is not treated as a stranger's`() throws {
        let admin = try TestUser(in: app, email: "admin@example.com", role: "admin")
        #expect(make(by: admin).status == .created)
        try app.database.connection().execute(
            "UPDATE users SET created_at = NOW(6) - INTERVAL 25 HOUR WHERE email = \(stale.email)")
        #expect(register().errorCode == "EMAIL_TAKEN")
    }

    @Test(arguments: ["verify-email", "password-reset/confirm"])
    func `a proof with a new password ends every way in, and keeps the contents`(path: String) throws {
        let maker = try maker()
        let organization = try TestOrganization(by: maker, slug: "alone")
        try maker.create("Engine")
        let own = try TestUser(app, id: id, token: maker.token).withKey(["projects:read"])
        let organizations = try organization.key(by: maker, scopes: ["projects:read"])
        let invitation = try organization.link(for: "friend@example.com", as: "admin", by: maker)
        let change = try app.mailToken(for: stale.email, .changeEmail, newEmail: "maker@example.com")
        let link = try app.mailToken(for: stale.email, path == "verify-email" ? .verifyEmail : .resetPassword)
        let proof: JSON = ["token": .string(link.text), "newPassword": "battery horse staple correct"]
        #expect(app.send(.post, "/api/v1/auth/\(path)", proof).status == .ok)
        #expect(maker.send(.get, "/users/me").errorCode == "TOKEN_REVOKED")
        #expect(stale.logIn().errorCode == "INVALID_CREDENTIALS")
        for key in [own.token, organizations] {
            #expect(app.send(.get, "/api/v1/projects", token: key).errorCode == "TOKEN_REVOKED")
        }
        #expect(try Person("friend", in: app).accept(invitation).errorCode == "UNPROCESSABLE")
        #expect(
            app.send(.post, "/api/v1/auth/confirm-email", ["token": .string(change.text)]).errorCode == "UNPROCESSABLE")
        let owner = try stale.signIn(with: "battery horse staple correct")
        let projects = app.send(.get, "/api/v1/projects", token: owner.accessToken)
        #expect(projects.values("name") == ["Engine"])
        #expect(app.send(.get, "/api/v1/users/me", token: owner.accessToken).json["data"]?["emailVerified"] == true)
        #expect(try count("SELECT COUNT(*) FROM organization_members") == 1)
    }

    @Test func `the password alone ends nothing`() throws {
        let maker = try maker()
        let key = try TestUser(app, id: id, token: maker.token).withKey(["projects:read"])
        let link = try app.mailToken(for: stale.email, .verifyEmail)
        let proof: JSON = ["token": .string(link.text), "password": .string(TestAccount.password)]
        #expect(app.send(.post, "/api/v1/auth/verify-email", proof).status == .ok)
        #expect(maker.send(.get, "/users/me").status == .ok)
        #expect(key.send(.get, "/projects").status == .ok)
    }

    @Test func `a rejected account is deleted with the usual grace period, and its address is free`() throws {
        let (maker, viewer) = (try maker(), try Person("viewer", in: app))
        let shared = try TestOrganization(by: maker, slug: "shared")
        try shared.add(viewer, as: .viewer)
        try maker.create("Engine")
        #expect(try reject().status == .noContent)
        #expect(maker.send(.get, "/users/me").errorCode == "TOKEN_REVOKED")
        #expect(stale.logIn().errorCode == "INVALID_CREDENTIALS")
        #expect(try app.value("SELECT status FROM users WHERE public_id = \(id)", as: String.self) == "deleted")
        #expect(try count("SELECT COUNT(*) FROM projects") == 1)
        #expect(register().status == .created)
        #expect(try app.audited(.userRejected) == 1)
        try app.database.connection().execute(
            "UPDATE users SET deleted_at = NOW(6) - INTERVAL 31 DAY WHERE public_id = \(id)")
        try EraseDeletedAccounts().run(.test(app))
        #expect(try count("SELECT COUNT(*) FROM projects") == 0)
        #expect(try shared.role(of: viewer) == .owner)
    }

    @Test func `a rejected account, which has no address, cannot be restored`() throws {
        let admin = try TestUser(in: app, email: "admin@example.com", role: "admin")
        _ = try maker()
        #expect(try reject().status == .noContent)
        let back = admin.send(.patch, "/users/\(id.uuidString.lowercased())", ["status": "active"])
        #expect(back.errorCode == "CONFLICT")
        let command = try administration(of: app)
        #expect(throws: AdministrationError.isReleased(id)) { try command.activateUser(id.uuidString) }
        #expect(throws: AdministrationError.isReleased(id)) { try command.suspendUser(id.uuidString, force: false) }
        #expect(try app.value("SELECT status FROM users WHERE public_id = \(id)", as: String.self) == "deleted")
    }

    @Test func `a rejected account is found by its id, which is in the audit`() throws {
        let command = try administration(of: app)
        #expect(try command.showUser(stale.email)["data"]?["rejectedAt"] == .null)
        #expect(try reject().status == .noContent)
        #expect(throws: AdministrationError.noSuchUser(stale.email)) { try command.showUser(stale.email) }
        let named = try app.value(
            "SELECT target_id FROM audit_events WHERE action = \(AuditAction.userRejected.rawValue)", as: UUID.self)
        let shown = try command.showUser(named.uuidString)["data"]
        #expect(shown?["email"] == .string("\(named.uuidString.lowercased())@released.invalid"))
        #expect(shown?["rejectedAt"]?.string != nil)
    }

    @Test func `a rejection does not delete an account with a role, but voids its password`() throws {
        try app.database.connection().execute("UPDATE users SET role = 'admin' WHERE email = \(stale.email)")
        let maker = try maker()
        #expect(try reject().status == .noContent)
        #expect(try app.value("SELECT status FROM users WHERE public_id = \(id)", as: String.self) == "active")
        #expect(maker.send(.get, "/users/me").errorCode == "TOKEN_REVOKED")
        #expect(stale.logIn().errorCode == "INVALID_CREDENTIALS")
    }

    @Test func `a rejection does not delete an account made for somebody, although somebody signed in to it`()
        throws
    {
        let admin = try TestUser(in: app, email: "admin@example.com", role: "admin")
        try app.database.connection().execute("DELETE FROM users WHERE email = \(stale.email)")
        let body: JSON = [
            "email": .string(stale.email), "name": "Made", "password": .string(TestAccount.password),
        ]
        #expect(admin.send(.post, "/users", body).status == .created)
        _ = try maker()
        #expect(try reject().status == .noContent)
        #expect(try app.value("SELECT status FROM users WHERE email = \(stale.email)", as: String.self) == "active")
        #expect(stale.logIn().errorCode == "INVALID_CREDENTIALS")
    }

    @Test func `for older accounts the audit says who made them`() throws {
        let admin = try TestUser(in: app, email: "admin@example.com", role: "admin")
        let made: JSON = ["email": "made@example.com", "name": "Made"]
        #expect(admin.send(.post, "/users", made).status == .created)
        let db = app.database.connection()
        let noted = try Migrator.applied(on: db).count { $0 >= "20261129190000" }
        let migrator = try Migrator([MigrationFolder(TestDatabase.migrations)], connection: db)
        try migrator.down(steps: noted)
        try migrator.up()
        let registered = try db.all("SELECT email FROM users WHERE is_self_registered ORDER BY email", as: String.self)
        #expect(registered == ["admin@example.com", "stale@example.com"])
    }

    @Test func `one of many rejections by one link counts, and none of a verified account`() throws {
        let link = try app.mailToken(for: stale.email, .verifyEmail)
        @Sendable func reject() -> Response {
            app.send(.post, "/api/v1/auth/verify-email/reject", ["token": .string(link.text)])
        }
        try app.database.connection().execute("UPDATE users SET email_verified_at = NOW(6)")
        #expect(reject().errorCode == "UNPROCESSABLE")
        try app.database.connection().execute("UPDATE users SET email_verified_at = NULL")
        let answers = try inParallel(16) { _ in reject() }.map { try $0.get() }
        #expect(answers.count { $0.status == .noContent } == 1)
        #expect(answers.count { $0.errorCode == "UNPROCESSABLE" } == 15)
        #expect(try app.audited(.userRejected) == 1)
    }

    @Test func `invitations to the address are for its owner`() throws {
        let owner = try Person("owner", in: app)
        let organization = try TestOrganization(by: owner)
        let token = try organization.link(for: stale.email, by: owner)
        #expect(register().status == .created)
        try app.database.connection().execute(
            "UPDATE users SET email_verified_at = NOW(6) WHERE email = \(stale.email)")
        #expect(try maker().accept(token).status == .ok)
        #expect(try app.jobs(SendInvitation.kind) == 1)
        #expect(try app.jobs(SendVerificationMail.kind) > 0)
    }

    @Test func `an account with a role gives up nothing`() throws {
        let admin = try TestUser(in: app, email: "admin@example.com", role: "admin")
        let other = try Person("other", in: app)
        try app.database.connection().execute("UPDATE users SET role = 'admin' WHERE email = \(stale.email)")
        #expect(register().errorCode == "EMAIL_TAKEN")
        #expect(try change(by: other).errorCode == "EMAIL_TAKEN")
        #expect(make(by: admin).errorCode == "EMAIL_TAKEN")
        #expect(throws: AdministrationError.emailTaken(stale.email)) {
            try administration(of: app).createUser(
                Administration.NewUser(
                    email: stale.email, name: "Made", role: "user", isVerified: true, password: nil))
        }
        #expect(try app.value("SELECT role FROM users WHERE public_id = \(id)", as: String.self) == "admin")
    }

    @Test func `the audit names who took the address, and keeps their IP address`() throws {
        let admin = try TestUser(in: app, email: "admin@example.com", role: "admin")
        #expect(make(by: admin).status == .created)
        try app.run(EraseAuditAddresses.self)
        #expect(try replacement() == Replacement(actor: admin.id, hasSession: true, hasAddress: true))
    }

    @Test func `the audit names who changed to the address`() throws {
        let other = try Person("other", in: app)
        #expect(try change(by: other).status == .ok)
        try app.run(EraseAuditAddresses.self)
        let id = try #require(UUID(uuidString: other.id))
        #expect(try replacement() == Replacement(actor: id, hasSession: false, hasAddress: true))
    }

    @Test func `the audit names the account that was registered`() throws {
        let id = try #require(register().json["data"]?["user"]?["id"]?.string.flatMap(UUID.init(uuidString:)))
        try app.run(EraseAuditAddresses.self)
        #expect(try replacement() == Replacement(actor: id, hasSession: false, hasAddress: true))
    }

    @Test func `an event of a command has no actor`() throws {
        _ = try administration(of: app).createUser(
            Administration.NewUser(email: stale.email, name: "Made", role: "user", isVerified: true, password: nil))
        #expect(try replacement() == Replacement(actor: nil, hasSession: false, hasAddress: false))
    }

    /// The audit event about the one account that was replaced.
    private func replacement() throws -> Replacement {
        try app.value(
            """
            SELECT actor_id, session_id IS NOT NULL AS has_session, ip_address IS NOT NULL AS has_address
            FROM audit_events WHERE action = 'user.replaced' AND target_id = \(id)
            """, as: Replacement.self)
    }

    private struct Replacement: RowDecodable, Equatable {
        let actor: UUID?
        let hasSession: Bool
        let hasAddress: Bool

        init(actor: UUID?, hasSession: Bool, hasAddress: Bool) {
            self.actor = actor
            self.hasSession = hasSession
            self.hasAddress = hasAddress
        }

        init(row: Row) throws(DatabaseError) {
            actor = try row.decode("actor_id")
            hasSession = try row.decode("has_session")
            hasAddress = try row.decode("has_address")
        }
    }
}
