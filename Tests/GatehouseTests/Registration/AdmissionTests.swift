import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

/// Who may make an account (`GATEHOUSE_REGISTRATION`).
@Suite struct AdmissionTests {
    private static let closed = ["GATEHOUSE_REGISTRATION": "closed"]
    private static let invited = ["GATEHOUSE_REGISTRATION": "invited"]

    /// The installation while it was open.
    private let open: TestApplication
    private let owner: Person
    private let organization: TestOrganization

    init() throws {
        open = try TestApplication()
        owner = try Person("owner", in: open)
        organization = try TestOrganization(by: owner)
    }

    /// The same installation with other settings.
    private func reopened(_ settings: [String: String]) throws -> TestApplication {
        try TestApplication(settings, besides: open)
    }

    private func invite(_ email: String) throws -> String {
        try organization.link(for: email, by: owner).text
    }

    private func register(_ email: String, _ invitation: String? = nil, in app: TestApplication) -> Response {
        var body: [JSON.Member] = [
            .init("email", .string(email)), .init("password", .string(TestAccount.password)), .init("name", "Ada"),
        ]
        if let invitation { body.append(.init("invitation", .string(invitation))) }
        return app.send(.post, "/api/v1/auth/register", .object(body))
    }

    /// Runs the waiting jobs of hidden registrations with the hooks of an application.
    private func complete(in app: TestApplication) throws {
        let payloads: [String] = try open.database.connection().all(
            "SELECT payload FROM jobs WHERE kind = \(CompleteRegistration.kind) ORDER BY id")
        #expect(!payloads.isEmpty)
        for payload in payloads {
            let job = try JSONDecoder().decode(CompleteRegistration.self, from: Data(payload.utf8))
            try job.run(.test(app))
        }
    }

    private func accounts(_ email: String) throws -> Int {
        try open.value("SELECT COUNT(*) FROM users WHERE email = \(email)")
    }

    private func expectClosed(_ answer: Response) {
        #expect(answer.status == .forbidden && answer.errorCode == "REGISTRATION_CLOSED", "\(answer.json)")
    }

    @Test func `an open installation accepts everybody, whatever the invitation`() throws {
        #expect(register("ada@example.com", in: open).status == .created)
        #expect(register("grace@example.com", "ghi_unknown", in: open).status == .created)
    }

    @Test func `a closed installation accepts nobody, not even invited people`() throws {
        let app = try reopened(Self.closed)
        expectClosed(register("ada@example.com", in: app))
        expectClosed(register("grace@example.com", try invite("grace@example.com"), in: app))
        expectClosed(register(owner.email, in: app))
        #expect(try open.value("SELECT COUNT(*) FROM users") == 1)
    }

    @Test func `an invited person registers, verifies the address and accepts`() throws {
        let app = try reopened(Self.invited)
        let link = try organization.link(for: "grace@example.com", by: owner)
        expectClosed(register("grace@example.com", in: app))
        #expect(register("grace@example.com", link.text, in: app).status == .created)
        try app.verifyAddress("grace@example.com")
        let grace = try Person(TestAccount(registeredIn: app, email: "grace@example.com"))
        #expect(grace.accept(link).status == .ok)
        #expect(try organization.role(of: grace) == .member)
    }

    @Test(arguments: ["GRACE@Example.COM", "grace@EXAMPLE.com"])
    func `an invitation is for its address in any case`(spelling: String) throws {
        let link = try invite("grace@example.com")
        #expect(register(spelling, link, in: try reopened(Self.invited)).status == .created)
    }

    @Test func `an invitation is for its address in any Unicode form`() throws {
        let link = try invite("r\u{E9}my@b\u{FC}cher.example")
        let spelling = "R\u{C9}MY@xn--bcher-kva.example"
        #expect(register(spelling, link, in: try reopened(Self.invited)).status == .created)
    }

    @Test func `an invitation that cannot be accepted admits nobody, and all refusals are alike`() throws {
        let app = try reopened(Self.invited)
        let db = open.database.connection()
        let foreign = try invite("somebody@example.com")
        let revoked = try invite("revoked@example.com")
        let admin = try Person("admin", in: open)
        try organization.add(admin, as: .admin)
        let byFormerAdmin = try organization.link(for: "former@example.com", by: admin).text
        try db.execute("UPDATE organization_members SET role = 'member' WHERE role = 'admin'")
        try db.execute("DELETE FROM invitations WHERE email = 'revoked@example.com'")
        let renewed = try invite("renewed@example.com")
        _ = try invite("renewed@example.com")
        let expired = try invite("expired@example.com")
        try db.execute("UPDATE invitations SET expires_at = NOW(6) WHERE email = 'expired@example.com'")
        let refused = [
            register("grace@example.com", in: app), register("grace@example.com", "no token", in: app),
            register("grace@example.com", OpaqueToken(.invitation).text, in: app),
            register("grace@example.com", foreign, in: app), register("revoked@example.com", revoked, in: app),
            register("former@example.com", byFormerAdmin, in: app), register("renewed@example.com", renewed, in: app),
            register("expired@example.com", expired, in: app), register(owner.email, foreign, in: app),
        ]
        for answer in refused {
            expectClosed(answer)
            #expect(answer.json["error"]?["message"] == refused[0].json["error"]?["message"])
        }
        #expect(try open.value("SELECT COUNT(*) FROM users") == 2)
        #expect(try open.jobs("auth.send_verification_mail") == 2)
    }

    @Test func `an accepted invitation admits nobody`() throws {
        let app = try reopened(Self.invited)
        let grace = try Person("grace", in: open)
        let link = try organization.link(for: grace.email, by: owner)
        #expect(grace.accept(link).status == .ok)
        try grace.erase()
        expectClosed(register(grace.email, link.text, in: app))
    }

    @Test func `an invitation of an organization without an owner admits nobody`() throws {
        let link = try invite("grace@example.com")
        try owner.mark(.deleted)
        expectClosed(register("grace@example.com", link, in: try reopened(Self.invited)))
    }

    @Test func `of concurrent registrations with one invitation one makes the account`() throws {
        let (app, link) = (try reopened(Self.invited), try invite("grace@example.com"))
        let answers = try inParallel(8) { _ in register("grace@example.com", link, in: app) }.map { try $0.get() }
        #expect(answers.count { $0.status == .created } == 1)
        #expect(answers.count { $0.errorCode == "EMAIL_TAKEN" } == 7)
    }

    @Test func `the domains hold for invited people, too`() throws {
        let app = try reopened(Self.invited.merging(["GATEHOUSE_REGISTRATION_DOMAINS": "example.org"]) { $1 })
        let link = try invite("grace@example.com")
        #expect(register("grace@example.com", link, in: app).errorCode == "EMAIL_NOT_ALLOWED")
        expectClosed(register("grace@example.com", in: app))
    }

    @Test func `a hidden registration is refused alike whether or not the address has an account`() throws {
        for settings in [Self.closed, Self.invited] {
            let app = try reopened(settings.merging(["GATEHOUSE_HIDE_ACCOUNT_EXISTENCE": "true"]) { $1 })
            for email in ["free@example.com", owner.email] { expectClosed(register(email, in: app)) }
            #expect(try open.jobs("auth.complete_registration") == 0)
        }
    }

    @Test func `the job of a hidden registration asks again`() throws {
        let hiding = try reopened(Self.invited.merging(["GATEHOUSE_HIDE_ACCOUNT_EXISTENCE": "true"]) { $1 })
        for email in ["grace@example.com", "revoked@example.com"] {
            #expect(register(email, try invite(email), in: hiding).status == .created)
        }
        try open.database.connection().execute("DELETE FROM invitations WHERE email = 'revoked@example.com'")
        try complete(in: hiding)
        #expect(try accounts("grace@example.com") == 1)
        #expect(try accounts("revoked@example.com") == 0)
    }

    @Test func `a job that waited while the installation was closed makes no account`() throws {
        let hiding = try reopened(["GATEHOUSE_HIDE_ACCOUNT_EXISTENCE": "true"])
        #expect(register("grace@example.com", in: hiding).status == .created)
        try complete(in: reopened(Self.closed))
        #expect(try accounts("grace@example.com") == 0)
    }

    @Test(arguments: [closed, invited])
    func `administrators and commands make accounts in every mode, and everybody signs in`(
        settings: [String: String]
    ) throws {
        let admin = try TestUser(in: open, email: "admin@example.com", role: "admin")
        let app = try reopened(settings)
        let body: JSON = ["email": "grace@example.com", "name": "Grace"]
        #expect(app.send(.post, "/api/v1/users", body, token: admin.token).status == .created)
        _ = try administration(of: app, settings).makeAdministrator("ada@example.com")
        #expect(try accounts("ada@example.com") == 1)
        #expect(TestAccount(registeredIn: app, email: owner.email).logIn().status == .ok)
    }
}
