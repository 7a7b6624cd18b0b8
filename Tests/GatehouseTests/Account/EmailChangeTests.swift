import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

@Suite struct EmailChangeTests {
    private let app: TestApplication
    private let account: TestAccount

    init() throws {
        app = try TestApplication()
        account = try TestAccount(in: app)
    }

    private func request(_ token: String, _ newEmail: String, _ password: String = TestAccount.password) -> Response {
        app.send(
            .post, "/api/v1/users/me/email", ["newEmail": .string(newEmail), "currentPassword": .string(password)],
            token: token)
    }

    private func confirm(_ token: OpaqueToken) -> Response {
        app.send(
            .post, "/api/v1/auth/confirm-email",
            ["token": .string(token.text), "password": .string(TestAccount.password)])
    }

    /// Does what the runner does with the newest request.
    private func runLink() throws {
        let payload = try app.value(
            "SELECT payload FROM jobs WHERE kind = 'account.send_email_change_mail' ORDER BY id DESC LIMIT 1",
            as: String.self)
        try JSONDecoder().decode(SendEmailChangeMail.self, from: Data(payload.utf8)).run(.test(app))
    }

    @Test func `a change of password voids an earlier request`() throws {
        let session = try account.signIn()
        #expect(request(session.accessToken, "thief@example.com").status == .ok)
        let change: JSON = [
            "currentPassword": .string(TestAccount.password), "newPassword": "battery horse staple correct",
        ]
        #expect(
            app.send(.post, "/api/v1/users/me/password", change, token: session.accessToken).status == .noContent)
        try runLink()
        #expect(try app.value("SELECT COUNT(*) FROM one_time_tokens") == 0)
    }

    @Test func `known and unknown addresses get the same answer`() throws {
        _ = try TestAccount(in: app, email: "eve@example.com")
        let token = try account.signIn().accessToken
        let answers = ["eve@example.com", "new@example.com"].map { request(token, $0) }
        #expect(answers.allSatisfy { $0.status == .ok })
        #expect(try app.jobs("account.send_email_change_mail") == 2)
        #expect(try app.jobs("account.send_email_change_notice") == 2)
        #expect(try app.value("SELECT email FROM users WHERE id = 1", as: String.self) == account.email)
    }

    @Test func `an export does not reveal which of two addresses has an account`() throws {
        _ = try TestAccount(in: app, email: "eve@example.com")
        let token = try account.signIn().accessToken
        for email in ["eve@example.com", "new@example.com"] {
            #expect(request(token, email).status == .ok)
            // No mail server answers here.
            #expect(throws: MailError.self) { try runLink() }
        }
        let links = app.send(.get, "/api/v1/users/me/export", token: token).json["data"]?["mailLinks"]
        guard case .array(let shown)? = links else {
            Issue.record("there are no links")
            return
        }
        #expect(shown.compactMap { $0["newEmail"]?.string } == ["eve@example.com", "new@example.com"])
    }

    @Test func `a wrong password changes nothing`() throws {
        let token = try account.signIn().accessToken
        #expect(request(token, "new@example.com", "wrong horse battery").errorCode == "INVALID_CREDENTIALS")
        #expect(try app.jobs("account.send_email_change_mail") == 0)
        #expect(try app.audited(.emailChangeRequested) == 0)
    }

    @Test func `a link changes the address once and keeps the session open`() throws {
        let session = try account.signIn()
        let tag = app.send(.get, "/api/v1/users/me", token: session.accessToken).headers[.eTag]
        let token = try app.mailToken(for: account.email, .changeEmail, newEmail: "Ada@Example.org")
        let answers = try inParallel(32) { _ in confirm(token) }.map { try $0.get() }
        #expect(answers.count { $0.status == .ok } == 1)
        #expect(answers.count { $0.errorCode == "UNPROCESSABLE" } == 31)
        let me = app.send(.get, "/api/v1/users/me", token: session.accessToken)
        #expect(me.json["data"]?["email"]?.string == "Ada@Example.org")
        #expect(me.json["data"]?["emailVerified"] == true)
        #expect(me.headers[.eTag] != tag)
        #expect(try app.value("SELECT email_key FROM users", as: String.self) == "ada@example.org")
        #expect(try app.jobs("account.send_email_change_notice") == 1)
        #expect(try app.audited(.emailChanged) == 1)
    }

    @Test func `one of several users who change to an address gets it`() throws {
        let emails = try (1...8).map { try TestAccount(in: app, email: "person-\($0)@example.com").email }
        let links = try emails.map { try app.mailToken(for: $0, .changeEmail, newEmail: "shared@example.org") }
        let answers = try inParallel(8) { confirm(links[$0]) }.map { try $0.get() }
        #expect(answers.count { $0.status == .ok } == 1)
        #expect(answers.count { $0.errorCode == "EMAIL_TAKEN" } == 7)
        #expect(try app.value("SELECT COUNT(*) FROM users WHERE email_key = 'shared@example.org'") == 1)
        #expect(try app.value("SELECT COUNT(*) FROM one_time_tokens WHERE consumed_at IS NULL") == 7)
    }

    @Test func `an unverified account gives up its address to the one who proves it, whatever its age`() throws {
        let body: JSON = ["email": "new@example.com", "password": .string(TestAccount.password), "name": "Squatter"]
        #expect(app.send(.post, "/api/v1/auth/register", body).status == .created)
        let link = try app.mailToken(for: account.email, .changeEmail, newEmail: "new@example.com")
        #expect(confirm(link).status == .ok)
        #expect(try app.audited(.userReplaced) == 1)
    }

    @Test func `a link of an account that is no longer in use is void`() throws {
        let link = try app.mailToken(for: account.email, .changeEmail, newEmail: "new@example.com")
        try app.database.connection().execute("UPDATE users SET status = 'suspended'")
        #expect(confirm(link).errorCode == "UNPROCESSABLE")
    }
}
