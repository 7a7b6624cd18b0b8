import Database
import FoundationEssentials
import GatehouseTesting
import HTTPTypes
import Testing
import Web

@testable import Gatehouse

/// Accounts that never proved to own their address give it up after a day, to whoever registers it or proves to own it.
@Suite struct StaleAccountTests {
    private let app: TestApplication
    private let stale: Person

    init() throws {
        app = try TestApplication(["GATEHOUSE_REQUIRE_VERIFIED_EMAIL": "false"])
        stale = try Person("stale", in: app)
        try app.database.connection().execute(
            """
            UPDATE users SET email_verified_at = NULL, created_at = NOW(6) - INTERVAL 25 HOUR
            WHERE email = \(stale.email)
            """)
    }

    private func register() -> Response {
        app.send(
            .post, "/api/v1/auth/register",
            ["email": .string(stale.email), "password": .string(TestAccount.password), "name": "Whoever"])
    }

    /// Lets somebody change to the address.
    private func change(by person: Person) throws -> Response {
        let link = try app.mailToken(for: person.email, .changeEmail, newEmail: stale.email)
        return app.send(.post, "/api/v1/auth/confirm-email", ["token": .string(link.text)])
    }

    private func make(by admin: TestUser) -> Response {
        admin.send(.post, "/users", ["email": .string(stale.email), "name": "Made"])
    }

    @Test func `its organizations pass on, and what was its alone goes`() throws {
        let viewer = try Person("viewer", in: app)
        let shared = try TestOrganization(by: stale, slug: "shared")
        try shared.add(viewer, as: .viewer)
        _ = try TestOrganization(by: stale, slug: "alone")
        try stale.create("Engine")
        let id = try stale.internalID()
        #expect(register().status == .created)
        #expect(try shared.role(of: viewer) == .owner)
        try app.run(PurgeOrganization.self)
        #expect(try app.database.connection().all("SELECT slug FROM organizations", as: String.self) == ["shared"])
        #expect(try app.value("SELECT COUNT(*) FROM words WHERE scope = \(Tenant.user(id).wordScope)") == 0)
        #expect(try app.value("SELECT COUNT(*) FROM projects") == 0)
        #expect(stale.send(.get, "/users/me").errorCode == "TOKEN_REVOKED")
    }

    @Test func `what was sent to the address is for its owner`() throws {
        let owner = try Person("owner", in: app)
        let organization = try TestOrganization(by: owner)
        let token = try organization.link(for: stale.email, by: owner)
        #expect(register().status == .created)
        try app.database.connection().execute(
            "UPDATE users SET email_verified_at = NOW(6) WHERE email = \(stale.email)")
        #expect(try stale.signedInAgain().accept(token).status == .ok)
        #expect(try app.jobs(SendInvitation.kind) == 1)
        #expect(try app.jobs(SendVerificationMail.kind) > 0)
    }

    @Test func `somebody who was given a role gives up nothing`() throws {
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
        #expect(try app.value("SELECT role FROM users WHERE public_id = \(stale.id)", as: String.self) == "admin")
    }

    @Test func `the audit names who took the address, and keeps where that came from`() throws {
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

    @Test func `what a command did has no actor`() throws {
        _ = try administration(of: app).createUser(
            Administration.NewUser(email: stale.email, name: "Made", role: "user", isVerified: true, password: nil))
        #expect(try replacement() == Replacement(actor: nil, hasSession: false, hasAddress: false))
    }

    /// What the audit says of the one account that was replaced.
    private func replacement() throws -> Replacement {
        try app.value(
            """
            SELECT actor_id, session_id IS NOT NULL AS has_session, ip_address IS NOT NULL AS has_address
            FROM audit_events WHERE action = 'user.replaced' AND target_id = \(stale.id)
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
