import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

@Suite struct LimitsTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func app(_ limits: [String: String] = [:]) throws -> TestApplication {
        let settings = [
            "GATEHOUSE_RATE_LIMITS": "on", "GATEHOUSE_RATE_LIMIT_FILE": folder.path("limits"),
        ]
        return try TestApplication(settings.merging(limits) { _, new in new })
    }

    private func policy(_ answer: Response) -> String? {
        answer.headers[.rateLimitPolicy].map { String($0.dropFirst().prefix { $0 != "\"" }) }
    }

    @Test func `a user is counted, wherever they call from`() throws {
        let app = try app(["GATEHOUSE_LIMIT_STANDARD": "3/1h"])
        let account = try TestAccount(in: app)
        let (first, second) = (try account.signIn(), try account.signIn())
        let answers = [first, second, first, second].enumerated().map { index, session in
            app.send(.get, "/api/v1/users/me", token: session.accessToken, from: "192.0.2.\(index)")
        }
        #expect(answers.map(\.status.code) == [200, 200, 200, 429])
        #expect(answers.map { $0.headers[.xRateLimitRemaining] } == ["2", "1", "0", "0"])
        #expect(answers.allSatisfy { policy($0) == "standard" })
        #expect(answers[3].errorCode == "RATE_LIMITED")
        #expect(answers[3].headers[.retryAfter].flatMap { Int($0) } ?? 0 > 1)
        let eve = try TestAccount(in: app, email: "eve@example.com").signIn()
        #expect(app.send(.get, "/api/v1/users/me", token: eve.accessToken, from: "192.0.2.1").status == .ok)
    }

    @Test func `an address is counted for unknown paths, other methods and bad tokens`() throws {
        let app = try app(["GATEHOUSE_LIMIT_ANONYMOUS": "3/1h"])
        let from = "2001:db8::1"
        #expect(app.send(.get, "/api/v1/nothing", from: from).errorCode == "NOT_FOUND")
        #expect(app.send(.put, "/api/v1/users/me", from: from).errorCode == "METHOD_NOT_ALLOWED")
        #expect(app.send(.get, "/api/v1/users/me", token: "x", from: from).errorCode == "UNAUTHORIZED")
        let neighbour = "2001:db8::ffff"
        for path in ["/api/v1/nothing", "/api/v1/users/me"] {
            #expect(app.send(.get, path, from: neighbour).errorCode == "RATE_LIMITED")
        }
        #expect(app.send(.get, "/api/v1/nothing", from: "2001:db8:0:1::1").errorCode == "NOT_FOUND")
        let session = try TestAccount(in: app).signIn()
        #expect(app.send(.get, "/api/v1/users/me", token: session.accessToken, from: from).status == .ok)
    }

    @Test func `a token that was valid once counts against nobody`() throws {
        let app = try app(["GATEHOUSE_LIMIT_ANONYMOUS": "2/1h"])
        let session = try TestAccount(in: app).signIn()
        #expect(app.send(.post, "/api/v1/auth/logout", token: session.accessToken).status == .noContent)
        for _ in 1...5 {
            #expect(app.send(.get, "/api/v1/users/me", token: session.accessToken).errorCode == "TOKEN_REVOKED")
        }
    }

    @Test func `attempts are counted by address and route`() throws {
        let app = try app(["GATEHOUSE_LIMIT_AUTHENTICATION": "3/15m"])
        let verify: JSON = ["token": "x"]
        func post(_ path: String, _ body: JSON, from address: String) -> Int {
            app.send(.post, "/api/v1/auth/\(path)", body, from: address).status.code
        }
        #expect((1...4).map { _ in post("verify-email", verify, from: "192.0.2.1") } == [422, 422, 422, 429])
        #expect(post("confirm-email", verify, from: "192.0.2.1") == 422)
        #expect(post("verify-email", verify, from: "192.0.2.2") == 422)
        #expect(post("verify-email", ["token": 1], from: "192.0.2.1") == 429, "counted before validation")
    }

    @Test func `mails to an address are counted whether or not it has an account`() throws {
        let app = try app()
        let account = try TestAccount(in: app)
        for (network, email) in [account.email, "nobody@example.com"].enumerated() {
            let answers = (1...4).map { index in
                app.send(
                    .post, "/api/v1/auth/password-reset/request", ["email": .string(email.uppercased())],
                    from: "192.0.\(network).\(index)")
            }
            #expect(answers.map(\.status.code) == [200, 200, 200, 429])
            #expect(answers[2].headers[.xRateLimitRemaining] == "0")
            #expect(policy(answers[2]) == "email")
        }
        let resend = app.send(.post, "/api/v1/auth/verify-email/resend", ["email": .string(account.email)])
        #expect(resend.status == .ok, "mails of another kind are counted separately")
    }

    @Test func `a session is counted for refreshing and signing out`() throws {
        let app = try app(["GATEHOUSE_LIMIT_SESSION": "3/1h", "GATEHOUSE_LIMIT_UNKNOWN_SESSION": "2/15m"])
        let account = try TestAccount(in: app)
        var token = try account.signIn().refreshToken
        for _ in 1...3 {
            let answer = app.send(.post, "/api/v1/auth/refresh", ["refreshToken": .string(token)])
            token = try #require(answer.json["data"]?["tokens"]?["refreshToken"]?.string)
            #expect(policy(answer) == "session")
        }
        let limited = app.send(.post, "/api/v1/auth/refresh", ["refreshToken": .string(token)])
        #expect(limited.errorCode == "RATE_LIMITED")
        let other = try account.signIn().refreshToken
        #expect(app.send(.post, "/api/v1/auth/refresh", ["refreshToken": .string(other)]).status == .ok)
        let unknown = (1...3).map { _ in
            app.send(.post, "/api/v1/auth/refresh", ["refreshToken": .string(OpaqueToken(.refresh).text)]).status.code
        }
        #expect(unknown == [401, 401, 429])
    }

    @Test func `expensive requests have their own limit`() throws {
        let app = try app(["GATEHOUSE_LIMIT_EXPENSIVE": "2/1h"])
        let session = try TestAccount(in: app).signIn()
        let answers = (1...3).map { _ in app.send(.get, "/api/v1/users/me/export", token: session.accessToken) }
        #expect(answers.map(\.status.code) == [200, 200, 429])
        #expect(app.send(.get, "/api/v1/users/me", token: session.accessToken).status == .ok)
    }

    @Test func `expensive requests of a key use up nothing of its owner's`() throws {
        let app = try app(["GATEHOUSE_LIMIT_EXPENSIVE": "3/1h"])
        let owner = try TestUser(in: app, email: "owner@example.com")
        let key = try owner.withKey(["account:read"])
        let body: JSON = ["name": "Offspring", "scopes": ["account:read"]]
        #expect((1...4).map { _ in key.send(.post, "/api-keys", body).status.code } == [403, 403, 403, 429])
        let id = try #require(owner.send(.get, "/api-keys").values("id").first)
        #expect(owner.send(.post, "/api-keys/\(id)/rotate").status == .created)
        #expect(owner.send(.get, "/users/me/export").status == .ok)
        #expect(owner.send(.post, "/api-keys", body).errorCode == "RATE_LIMITED")
    }

    @Test func `a search counts as a search and as a request`() throws {
        let app = try app(["GATEHOUSE_LIMIT_SEARCH": "2/1m"])
        let session = try TestAccount(in: app).signIn()
        func get(_ query: String) -> Response {
            app.send(.get, "/api/v1/users/me/sessions?\(query)", token: session.accessToken)
        }
        // No list accepts `q` yet, but the limit is checked earlier.
        #expect([get("q=ab"), get("%71=ab"), get("limit=1&q")].map(\.status.code) == [400, 400, 429])
        #expect(get("limit=1").status == .ok)
        #expect(policy(get("page=1")) == "standard")
    }

    @Test func `probes and documents are not limited`() throws {
        let app = try app(["GATEHOUSE_LIMIT_ANONYMOUS": "1/1h", "GATEHOUSE_LIMIT_STANDARD": "1/1h"])
        for path in ["/healthz", "/readyz", "/.well-known/jwks.json", "/api/v1/openapi.json"] {
            for _ in 1...3 {
                let answer = app.send(.get, path)
                #expect(answer.status == .ok)
                #expect(answer.headers[.rateLimit] == nil)
            }
        }
    }
}
