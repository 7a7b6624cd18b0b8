import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

@Suite struct LockoutTests {
    private let app: TestApplication
    private let account: TestAccount
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        app = try TestApplication([
            "GATEHOUSE_RATE_LIMITS": "on", "GATEHOUSE_RATE_LIMIT_FILE": folder.path("limits"),
            "GATEHOUSE_LIMIT_AUTHENTICATION": "1000/1h",
        ])
        account = try TestAccount(in: app)
    }

    private func logIn(
        _ password: String, from address: String, email: String? = nil, cookie: String? = nil
    ) -> Response {
        app.send(
            .post, "/api/v1/auth/login", ["email": .string(email ?? account.email), "password": .string(password)],
            headers: cookie.map { [.cookie: $0] } ?? [:], from: address)
    }

    /// The device cookie of a sign-in from an address.
    private func device(signedInFrom address: String) throws -> String {
        let answer = logIn(TestAccount.password, from: address)
        let field = try #require(answer.headers[values: .setCookie].first { $0.hasPrefix("__Host-gatehouse_device=") })
        return String(field.prefix { $0 != ";" })
    }

    private func lock(_ address: String, email: String? = nil) {
        for number in 1...5 {
            #expect(logIn("wrong horse \(number)", from: address, email: email).errorCode == "INVALID_CREDENTIALS")
        }
    }

    @Test func `five of sixty-four concurrent guesses are computed`() throws {
        let answers = try inParallel(64) { logIn("wrong horse \($0)", from: "192.0.2.1") }.map { try $0.get() }
        #expect(answers.count { $0.errorCode == "INVALID_CREDENTIALS" } == 5)
        #expect(answers.count { ["ACCOUNT_LOCKED", "OVERLOADED"].contains($0.errorCode) } == 59)
        #expect(logIn("wrong horse", from: "192.0.2.1").errorCode == "ACCOUNT_LOCKED")
        #expect(try app.audited(.loginFailed) == 5)
        #expect(try app.audited(.loginLocked) == 1)
        #expect(try app.jobs("auth.send_sign_in_attempts_notice") == 1)
    }

    @Test func `a locked network is refused even the right password, and told when to come back`() throws {
        lock("192.0.2.1")
        let answer = logIn(TestAccount.password, from: "192.0.2.200")
        #expect(answer.status == .tooManyRequests)
        #expect(answer.errorCode == "ACCOUNT_LOCKED")
        let seconds = try #require(answer.headers[.retryAfter].flatMap { Int($0) })
        #expect((1...180).contains(seconds))
        #expect(answer.headers[values: .retryAfter].count == 1)
        #expect(answer.headers[.rateLimit]?.hasPrefix("\"failures\";r=0") == true)
    }

    @Test func `the owner can sign in from elsewhere and on a known device`() throws {
        let device = try device(signedInFrom: "198.51.100.1")
        lock("192.0.2.1")
        #expect(logIn(TestAccount.password, from: "198.51.100.7").status == .ok)
        #expect(logIn(TestAccount.password, from: "192.0.2.1", cookie: device).status == .ok)
        #expect(logIn(TestAccount.password, from: "192.0.2.1").errorCode == "ACCOUNT_LOCKED")
    }

    @Test func `a known device has its own bucket with ten attempts`() throws {
        let device = try device(signedInFrom: "192.0.2.1")
        let answers = (1...12).map { logIn("wrong horse \($0)", from: "192.0.2.1", cookie: device).errorCode }
        #expect(answers.count { $0 == "INVALID_CREDENTIALS" } == 10)
        #expect(answers.suffix(2) == ["ACCOUNT_LOCKED", "ACCOUNT_LOCKED"])
        #expect(logIn(TestAccount.password, from: "192.0.2.1").status == .ok, "the network has its own attempts")
    }

    @Test func `a device of one account is not known to another`() throws {
        let eve = try TestAccount(in: app, email: "eve@example.com")
        let device = try device(signedInFrom: "198.51.100.1")
        lock("192.0.2.1", email: eve.email)
        #expect(
            logIn(TestAccount.password, from: "192.0.2.1", email: eve.email, cookie: device).errorCode
                == "ACCOUNT_LOCKED")
    }

    @Test func `right passwords use nothing up`() throws {
        for _ in 1...12 {
            let answer = logIn(TestAccount.password, from: "192.0.2.1")
            #expect(answer.status == .ok)
            #expect(answer.headers[.rateLimitPolicy]?.hasPrefix("\"authentication\"") == true)
        }
        for number in 1...4 { #expect(logIn("wrong horse \(number)", from: "192.0.2.1").status == .unauthorized) }
        for _ in 1...12 { #expect(logIn(TestAccount.password, from: "192.0.2.1").status == .ok) }
        #expect(try app.audited(.loginLocked) == 0)
    }

    /// The answers to concurrent right passwords: a sign-in, or a request to come back in a moment, after which the
    /// sign-in succeeds.
    private func signInAtOnce(_ count: Int) throws {
        let answers = try inParallel(count) { _ in logIn(TestAccount.password, from: "192.0.2.1") }
            .map { try $0.get() }
        #expect(answers.contains { $0.status == .ok })
        for answer in answers where answer.status != .ok {
            #expect(answer.status == .serviceUnavailable)
            #expect(answer.errorCode == "OVERLOADED")
            #expect(answer.headers[.retryAfter] == "1")
            #expect(logIn(TestAccount.password, from: "192.0.2.1").status == .ok)
        }
    }

    @Test func `concurrent right passwords lock nobody out`() throws {
        try signInAtOnce(12)
        for number in 1...4 { #expect(logIn("wrong horse \(number)", from: "192.0.2.1").status == .unauthorized) }
        try signInAtOnce(12)
        #expect(try app.audited(.loginLocked) == 0)
        #expect(logIn("wrong horse", from: "192.0.2.1").errorCode == "INVALID_CREDENTIALS")
        #expect(try app.audited(.loginLocked) == 1)
        #expect(logIn(TestAccount.password, from: "192.0.2.1").errorCode == "ACCOUNT_LOCKED")
    }

    @Test func `a right password among concurrent wrong ones does not add guesses`() throws {
        let answers = try inParallel(64) { number in
            logIn(number.isMultiple(of: 2) ? TestAccount.password : "wrong horse \(number)", from: "192.0.2.1")
        }.map { try $0.get() }
        let allowed: Set<String?> = [nil, "INVALID_CREDENTIALS", "ACCOUNT_LOCKED", "OVERLOADED"]
        #expect(Set(answers.map(\.errorCode)).isSubset(of: allowed))
        #expect(answers.count { $0.errorCode == "INVALID_CREDENTIALS" } <= 5)
    }

    @Test func `an unknown address is locked like a known one`() throws {
        lock("192.0.2.1")
        lock("192.0.2.1", email: "nobody@example.com")
        let answers = [account.email, "nobody@example.com"].map { logIn("wrong horse", from: "192.0.2.1", email: $0) }
        #expect(answers.allSatisfy { $0.errorCode == "ACCOUNT_LOCKED" })
        #expect(answers[0].headers.map(\.name) == answers[1].headers.map(\.name))
        #expect(try app.jobs("auth.send_sign_in_attempts_notice") == 2, "only the job looks up the account")
    }

    @Test func `the owner gets one mail a day`() throws {
        for network in 1...4 { lock("192.0.\(network).1") }
        #expect(try app.audited(.loginLocked) == 4)
        #expect(try app.jobs("auth.send_sign_in_attempts_notice") == 1)
    }

    @Test func `a password reset lets the owner in at once`() throws {
        lock("192.0.2.1")
        let token = try app.mailToken(for: account.email, .resetPassword)
        let reset: JSON = ["token": .string(token.text), "newPassword": "battery horse staple correct"]
        #expect(app.send(.post, "/api/v1/auth/password-reset/confirm", reset).status == .ok)
        #expect(logIn("battery horse staple correct", from: "192.0.2.1").status == .ok)
    }

    @Test func `a password that a command or the user sets lets the owner in at once, too`() throws {
        let session = try account.signIn()
        lock("192.0.2.1")
        let first = "battery horse staple correct"
        _ = try administration(of: app).setPassword(of: account.email, to: first)
        #expect(logIn(first, from: "192.0.2.1").status == .ok)
        #expect(app.send(.get, "/api/v1/users/me", token: session.accessToken).errorCode == "TOKEN_REVOKED")

        let own = try account.signIn(with: first)
        lock("192.0.2.1")
        let second = "staple battery correct horse"
        let change: JSON = ["currentPassword": .string(first), "newPassword": .string(second)]
        #expect(
            app.send(.post, "/api/v1/users/me/password", change, token: own.accessToken).status == .noContent)
        #expect(logIn(second, from: "192.0.2.1").status == .ok)
    }

    @Test func `guessing with an open session is limited to that session`() throws {
        let (mine, other) = (try account.signIn(), try account.signIn())
        func delete(_ session: TestAccount.Session, _ password: String) -> Response {
            app.send(.delete, "/api/v1/users/me", ["currentPassword": .string(password)], token: session.accessToken)
        }
        for number in 1...5 { #expect(delete(mine, "wrong horse \(number)").errorCode == "INVALID_CREDENTIALS") }
        #expect(delete(mine, TestAccount.password).errorCode == "ACCOUNT_LOCKED")
        #expect(delete(other, TestAccount.password).status == .noContent)
    }
}
