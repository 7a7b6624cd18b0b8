import Database
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

@Suite struct PasswordResetTests {
    private let app: TestApplication
    private let account: TestAccount
    private static let newPassword = "battery horse staple correct"

    init() throws {
        app = try TestApplication()
        account = try TestAccount(in: app)
    }

    private func confirm(_ token: OpaqueToken, _ password: String = newPassword) -> Response {
        app.send(
            .post, "/api/v1/auth/password-reset/confirm",
            ["token": .string(token.text), "newPassword": .string(password)])
    }

    private func logIn(_ password: String) -> Response {
        app.send(.post, "/api/v1/auth/login", ["email": .string(account.email), "password": .string(password)])
    }

    @Test func `every address gets the same answer and leaves one job`() throws {
        let answers = ["ada@example.com", "nobody@example.com"].map {
            app.send(.post, "/api/v1/auth/password-reset/request", ["email": .string($0)])
        }
        #expect(answers.allSatisfy { $0.status == .ok })
        #expect(answers[0].body == answers[1].body)
        #expect(try app.jobs("auth.send_password_reset_mail") == 2)
        #expect(try app.value("SELECT COUNT(*) FROM one_time_tokens") == 0)
    }

    @Test func `a link sets the password once and ends every session`() throws {
        let session = try account.signIn()
        let token = try app.mailToken(for: account.email, .resetPassword)
        #expect(confirm(token).status == .ok)
        #expect(confirm(token).errorCode == "UNPROCESSABLE")
        #expect(app.send(.get, "/api/v1/users/me", token: session.accessToken).errorCode == "TOKEN_REVOKED")
        #expect(
            app.send(.post, "/api/v1/auth/refresh", ["refreshToken": .string(session.refreshToken)]).errorCode
                == "TOKEN_REVOKED")
        #expect(logIn(TestAccount.password).errorCode == "INVALID_CREDENTIALS")
        #expect(logIn(Self.newPassword).status == .ok)
        #expect(try app.audited(PasswordChanged.Cause.reset.action) == 1)
        #expect(try app.jobs("auth.send_password_changed_notice") == 1)
    }

    @Test func `one of sixty-four uses of a link succeeds`() throws {
        let token = try app.mailToken(for: account.email, .resetPassword)
        let answers = try inParallel(64) { confirm(token, "battery horse staple correct \($0)") }.map { try $0.get() }
        #expect(answers.count { $0.status == .ok } == 1)
        #expect(answers.count { $0.errorCode == "UNPROCESSABLE" } == 63, "\(Set(answers.compactMap(\.errorCode)))")
        let winner = try #require(answers.firstIndex { $0.status == .ok })
        #expect(logIn("battery horse staple correct \(winner)").status == .ok)
    }

    @Test func `using one link voids the others`() throws {
        let links = try (1...3).map { _ in try app.mailToken(for: account.email, .resetPassword) }
        let change = try app.mailToken(for: account.email, .changeEmail, newEmail: "eve@example.com")
        #expect(links.map { confirm($0).status.code } == [200, 422, 422])
        #expect(
            app.send(.post, "/api/v1/auth/confirm-email", ["token": .string(change.text)]).errorCode == "UNPROCESSABLE")
    }

    @Test func `a link verifies the address that it was sent to`() throws {
        let db = app.database.connection()
        try db.execute("UPDATE users SET email_verified_at = NULL")
        let token = try app.mailToken(for: account.email, .resetPassword)
        #expect(confirm(token).status == .ok)
        #expect(logIn(Self.newPassword).status == .ok)
    }

    @Test func `a link is void after its time, for another address, and for accounts that are not in use`() throws {
        let db = app.database.connection()
        let expired = try app.mailToken(for: account.email, .resetPassword, lifetime: .zero)
        #expect(confirm(expired).errorCode == "UNPROCESSABLE")
        let token = try app.mailToken(for: account.email, .resetPassword)
        let changes: [SQL] = [
            "UPDATE users SET email_key = 'other@example.com'",
            "UPDATE users SET email_key = 'ada@example.com', status = 'suspended'",
            "UPDATE users SET status = 'deleted', deleted_at = NOW(6)",
        ]
        for change in changes {
            try db.execute(change)
            #expect(confirm(token).errorCode == "UNPROCESSABLE", "\(change)")
        }
        try db.execute("UPDATE users SET status = 'active', deleted_at = NULL")
        #expect(confirm(token).status == .ok)
    }

    @Test func `a weak password is refused without using up the link`() throws {
        let token = try app.mailToken(for: account.email, .resetPassword)
        let answer = confirm(token, "password1")
        #expect(answer.errorCode == "VALIDATION_ERROR")
        #expect(answer.json["error"]?["details"] != .array([]))
        #expect(confirm(token, "Ada Lovelace").errorCode == "VALIDATION_ERROR", "the account's name is easy to guess")
        #expect(confirm(token).status == .ok)
    }

    @Test func `the check knows the account of a link and does not use it up`() throws {
        let token = try app.mailToken(for: account.email, .resetPassword)
        func check(_ password: String, _ token: String) -> Response {
            app.send(
                .post, "/api/v1/auth/password-check", ["password": .string(password), "token": .string(token)])
        }
        #expect(check("ada lovelace", token.text).json["data"]?["acceptable"] == false)
        #expect(check(Self.newPassword, token.text).json["data"]?["acceptable"] == true)
        #expect(check(Self.newPassword, OpaqueToken(.resetPassword).text).errorCode == "UNPROCESSABLE")
        #expect(check(Self.newPassword, OpaqueToken(.changeEmail).text).errorCode == "UNPROCESSABLE")
        #expect(confirm(token).status == .ok)
    }
}
