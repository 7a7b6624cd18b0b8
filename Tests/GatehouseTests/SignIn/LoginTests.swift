import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

@Suite struct LoginTests {
    private func logIn(_ app: TestApplication, _ email: String, _ password: String) -> Response {
        app.send(.post, "/api/v1/auth/login", ["email": .string(email), "password": .string(password)])
    }

    private func passwordHash(_ app: TestApplication) throws -> String {
        try #require(try app.database.connection().first("SELECT password_hash FROM users", as: String.self))
    }

    private func storeHashOfOtherSettings(_ app: TestApplication) throws {
        var settings = PasswordSettings()
        settings.memoryKiB = 1024
        let stale = try PasswordHasher(settings)
        try stale.start()
        defer { stale.shutdown() }
        try app.database.connection().execute(
            "UPDATE users SET password_hash = \(try stale.hash(TestAccount.password))")
    }

    @Test func `a wrong password and an unknown address get the same answer`() throws {
        let app = try TestApplication()
        let account = try TestAccount(in: app)
        let wrong = logIn(app, account.email, "wrong horse battery staple")
        let unknown = logIn(app, "nobody@example.com", TestAccount.password)
        for answer in [wrong, unknown] {
            #expect(answer.status == .unauthorized)
            #expect(answer.errorCode == "INVALID_CREDENTIALS")
        }
        #expect(wrong.json["error"]?["message"] == unknown.json["error"]?["message"])
        #expect(wrong.headers.map(\.name) == unknown.headers.map(\.name))
    }

    @Test func `a suspension is reported only after the right password`() throws {
        let app = try TestApplication()
        let account = try TestAccount(in: app)
        let session = try account.signIn()
        try app.database.connection().execute("UPDATE users SET status = 'suspended'")
        #expect(logIn(app, account.email, "wrong horse battery staple").errorCode == "INVALID_CREDENTIALS")
        #expect(logIn(app, account.email, TestAccount.password).errorCode == "ACCOUNT_SUSPENDED")
        #expect(app.send(.get, "/api/v1/users/me", token: session.accessToken).errorCode == "TOKEN_REVOKED")
    }

    @Test func `an unverified address signs in only if the settings allow it`() throws {
        for (setting, code) in [("true", "EMAIL_NOT_VERIFIED"), ("false", nil)] {
            let app = try TestApplication(["GATEHOUSE_REQUIRE_VERIFIED_EMAIL": setting])
            let account = try TestAccount(in: app)
            try app.database.connection().execute("UPDATE users SET email_verified_at = NULL")
            #expect(logIn(app, account.email, TestAccount.password).errorCode == code)
        }
    }

    @Test func `a hash of other settings is replaced at the next sign-in`() throws {
        let app = try TestApplication()
        let account = try TestAccount(in: app)
        let before = try passwordHash(app)
        _ = try account.signIn()
        #expect(try passwordHash(app) == before)

        try storeHashOfOtherSettings(app)
        _ = try account.signIn()
        let after = try passwordHash(app)
        #expect(after.hasPrefix("$argon2id$v=19$m=7168,t=1,p=1$"))
        _ = try account.signIn()
        #expect(try passwordHash(app) == after)
    }

    @Test func `concurrent sign-ins all succeed while the hash is replaced`() throws {
        let app = try TestApplication()
        let account = try TestAccount(in: app)
        try storeHashOfOtherSettings(app)
        let answers = try inParallel(12) { _ in logIn(app, account.email, TestAccount.password) }.map { try $0.get() }
        #expect(answers.allSatisfy { $0.status == .ok }, "\(answers.compactMap(\.errorCode))")
    }

    @Test func `composed and decomposed passwords are the same`() throws {
        let app = try TestApplication()
        let body: JSON = ["email": "zoe@example.com", "password": "Zoë's café, déjà vu", "name": "Zoë"]
        #expect(app.send(.post, "/api/v1/auth/register", body).status == .created)
        try app.database.connection().execute("UPDATE users SET email_verified_at = NOW(6)")
        #expect(logIn(app, "zoe@example.com", "Zoe\u{308}'s cafe\u{301}, de\u{301}ja\u{300} vu").status == .ok)
    }

    @Test func `a full queue turns sign-ins away whether or not the account exists`() throws {
        // One thread and, with two workers, one waiting place.
        let app = try TestApplication([
            "GATEHOUSE_WORKERS": "2", "GATEHOUSE_ARGON2_MEMORY_KIB": "19456", "GATEHOUSE_ARGON2_ITERATIONS": "1",
        ])
        for email in ["ada@example.com", "nobody@example.com"] {
            let answers = try inParallel(24) { _ in logIn(app, email, TestAccount.password) }.map { try $0.get() }
            let shed = answers.filter { $0.status == .serviceUnavailable }
            #expect(!shed.isEmpty)
            #expect(
                shed.allSatisfy { $0.errorCode == "OVERLOADED" && $0.headers[.retryAfter] == "1" },
                "\(shed.map(\.errorCode))")
            #expect(answers.contains { $0.errorCode == "INVALID_CREDENTIALS" })
        }
    }

    @Test func `the cookie form keeps the token out of the body and from other origins`() throws {
        let app = try TestApplication()
        let account = try TestAccount(in: app)
        let answer = app.send(
            .post, "/api/v1/auth/login",
            ["email": .string(account.email), "password": .string(TestAccount.password), "cookie": true],
            headers: [.secFetchSite: "same-origin"])
        #expect(answer.json["data"]?["tokens"]?["refreshToken"] == .null)
        let field = try #require(answer.headers[.setCookie])
        for attribute in ["Path=/", "Secure", "HttpOnly", "SameSite=Strict"] {
            #expect(field.contains("; \(attribute)"))
        }
        let cookie = String(field.prefix { $0 != ";" })
        #expect(cookie.hasPrefix("__Host-gatehouse_refresh=ghr_"))

        func refresh(_ headers: HTTPFields) -> Int {
            var headers = headers
            headers[.cookie] = "theme=dark; \(cookie)"
            return app.send(.post, "/api/v1/auth/refresh", headers: headers).status.code
        }
        #expect(refresh([:]) == 403)
        #expect(refresh([.secFetchSite: "cross-site"]) == 403)
        #expect(refresh([.secFetchSite: "same-site", .origin: "https://id.example.com"]) == 403)
        #expect(refresh([.origin: "https://evil.example.com"]) == 403)
        #expect(refresh([.secFetchSite: "same-origin"]) == 200)
        #expect(refresh([.origin: "https://id.example.com"]) == 200)
    }
}
