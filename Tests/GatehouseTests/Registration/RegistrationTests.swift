import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

@Suite struct RegistrationTests {
    private let app: TestApplication

    init() throws {
        app = try TestApplication()
    }

    private func register(_ email: String) -> Response {
        app.send(
            .post, "/api/v1/auth/register",
            ["email": .string(email), "password": .string(TestAccount.password), "name": "Ada Lovelace"])
    }

    private func count(_ sql: SQL) throws -> Int {
        try #require(try app.database.connection().first(sql, as: Int.self))
    }

    private func mailToken(for email: String, lifetime: Duration = .seconds(60)) throws -> OpaqueToken {
        try app.mailToken(for: email, .verifyEmail, lifetime: lifetime)
    }

    /// Follows a link in a browser, which may be the one that registered.
    private func verify(_ token: OpaqueToken, with cookie: String? = nil, _ proof: [JSON.Member] = []) -> Response {
        app.send(
            .post, "/api/v1/auth/verify-email", .object([.init("token", .string(token.text))] + proof),
            headers: cookie.map { [.cookie: $0] } ?? [:])
    }

    @Test func `one address in many spellings is registered once`() throws {
        let forms = [
            "zoë@bücher.example", "ZOË@BÜCHER.EXAMPLE", "zoe\u{308}@bu\u{308}cher.example",
            "Zoë@xn--bcher-kva.example", "zoë@XN--BCHER-KVA.example", "ZOE\u{308}@Bücher.Example",
        ]
        let answers = try inParallel(48) { register(forms[$0 % forms.count]) }.map { try $0.get() }
        let tally = Dictionary(grouping: answers) { $0.errorCode ?? "\($0.status.code)" }.mapValues(\.count)
        #expect(tally == ["201": 1, "EMAIL_TAKEN": 47])
        #expect(try count("SELECT COUNT(*) FROM users") == 1)
        #expect(try count("SELECT COUNT(*) FROM jobs WHERE kind = 'auth.send_verification_mail'") == 1)
        #expect(try count("SELECT COUNT(*) FROM audit_events WHERE action = 'user.registered'") == 1)
    }

    @Test func `one of sixty-four uses of a token verifies`() throws {
        let cookie = register("ada@example.com").cookies
        let token = try mailToken(for: "ada@example.com")
        let answers = try inParallel(64) { _ in verify(token, with: cookie) }.map { try $0.get() }
        #expect(answers.count { $0.status == .ok } == 1)
        #expect(answers.count { $0.errorCode == "UNPROCESSABLE" } == 63)
        #expect(try count("SELECT COUNT(*) FROM audit_events WHERE action = 'email.verified'") == 1)
    }

    @Test func `one of two links verifies`() throws {
        let cookie = register("ada@example.com").cookies
        let tokens = try (1...2).map { _ in try mailToken(for: "ada@example.com") }
        #expect(tokens.map { verify($0, with: cookie).status.code } == [200, 422])
        #expect(try count("SELECT COUNT(*) FROM audit_events WHERE action = 'email.verified'") == 1)
    }

    @Test func `a link alone verifies only in the browser that registered`() throws {
        let own = register("ada@example.com").cookies
        let others = register("eve@example.com").cookies
        let token = try mailToken(for: "ada@example.com")
        for cookie in [nil, others, "\(own)x", "__Host-gatehouse_device=\(own.drop { $0 != "=" }.dropFirst())"] {
            #expect(verify(token, with: cookie).errorCode == "PASSWORD_REQUIRED", "\(cookie ?? "")")
        }
        #expect(try count("SELECT COUNT(*) FROM users WHERE email_verified_at IS NOT NULL") == 0)
        #expect(verify(token, with: own).status == .ok)
    }

    @Test func `the password verifies, and a wrong one does not use up the link`() throws {
        #expect(register("ada@example.com").status == .created)
        let token = try mailToken(for: "ada@example.com")
        let wrong = verify(token, [.init("password", "battery horse staple correct")])
        #expect(wrong.errorCode == "INVALID_CREDENTIALS")
        #expect(try count("SELECT COUNT(*) FROM audit_events WHERE action = 'password.refused'") == 1)
        #expect(verify(token, [.init("password", .string(TestAccount.password))]).status == .ok)
    }

    @Test func `an account without a password needs none if an administrator made it, else a new one`() throws {
        let db = app.database.connection()
        #expect(register("ada@example.com").status == .created)
        try db.execute("UPDATE users SET password_hash = NULL")
        let token = try mailToken(for: "ada@example.com")
        #expect(verify(token).errorCode == "PASSWORD_REQUIRED")
        try db.execute("UPDATE users SET is_self_registered = FALSE")
        #expect(verify(token).status == .ok)
    }

    @Test func `the cookie is worthless once the password has changed`() throws {
        let cookie = register("ada@example.com").cookies
        try app.database.connection().execute("UPDATE users SET password_hash = CONCAT(password_hash, 'x')")
        #expect(verify(try mailToken(for: "ada@example.com"), with: cookie).errorCode == "PASSWORD_REQUIRED")
    }

    @Test func `an expired token verifies nothing`() throws {
        let cookie = register("ada@example.com").cookies
        let token = try mailToken(for: "ada@example.com", lifetime: .zero)
        #expect(verify(token, with: cookie).errorCode == "UNPROCESSABLE")
        #expect(try count("SELECT COUNT(*) FROM users WHERE email_verified_at IS NOT NULL") == 0)
    }

    @Test func `a token proves the address it was sent to and no other`() throws {
        let cookie = register("ada@example.com").cookies
        let token = try mailToken(for: "ada@example.com")
        try app.database.connection().execute("UPDATE users SET email_key = 'other@example.com'")
        #expect(verify(token, with: cookie).errorCode == "UNPROCESSABLE")
        #expect(try count("SELECT COUNT(*) FROM one_time_tokens WHERE consumed_at IS NOT NULL") == 0)
    }

    @Test func `an unverified account older than a day gives up its address`() throws {
        #expect(register("ada@example.com").status == .created)
        #expect(register("ada@example.com").errorCode == "EMAIL_TAKEN")
        let db = app.database.connection()
        try db.execute("UPDATE users SET created_at = NOW(6) - INTERVAL 25 HOUR")
        let answers = try inParallel(16) { _ in register("Ada@example.com") }.map { try $0.get() }
        #expect(answers.count { $0.status == .created } == 1)
        #expect(try count("SELECT COUNT(*) FROM users") == 1)
        #expect(try count("SELECT COUNT(*) FROM audit_events WHERE action = 'user.replaced'") == 1)
    }

    @Test func `a verified account keeps its address`() throws {
        _ = try TestAccount(in: app)
        try app.database.connection().execute("UPDATE users SET created_at = NOW(6) - INTERVAL 25 HOUR")
        #expect(register("ada@example.com").errorCode == "EMAIL_TAKEN")
    }
}
