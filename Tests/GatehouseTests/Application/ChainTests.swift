import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

@Suite struct ChainTests {
    @Test func `only public routes answer without a token`() throws {
        #expect(try RouteChecks(TestApplication()).routesOpenToAll() == [])
        #expect(try Program.gatehouse.declaredRoutes().contains { $0.guard != .public })
    }

    @Test func `TRACE and CONNECT are not implemented, whatever the path`() throws {
        #expect(try RouteChecks(TestApplication()).unknownMethods() == [])
    }

    @Test func `another schema counts as a dependency that is not available`() throws {
        let app = try TestApplication()
        let token = try TestAccount(in: app).signIn().accessToken
        let db = app.database.connection()
        try db.execute("ALTER TABLE projects CHANGE COLUMN name title VARCHAR(100)")
        for path in ["/api/v1/projects", "/api/v1/users/me/export"] {
            let answer = app.send(.get, path, token: token)
            #expect(answer.errorCode == "DEPENDENCY_UNAVAILABLE", "\(path)")
            #expect(answer.headers[.retryAfter] == "2")
        }
    }

    @Test func `nothing of a request is kept after its answer`() throws {
        let app = try TestApplication()
        weak var kept: ResponseStream?
        do {
            let stream = Receiver().stream()
            kept = stream
            let request = Request(method: .get, target: "/api/v1/users/me")
            #expect(app.application.makeHandler()(request, RequestBody([]), stream).status == .unauthorized)
        }
        #expect(kept == nil)
    }

    @Test func `another user's session is not found`() throws {
        let app = try TestApplication()
        let ada = try TestAccount(in: app).signIn()
        let eve = try TestAccount(in: app, email: "eve@example.com").signIn()
        let id = try #require(
            try app.database.connection().first("SELECT public_id FROM sessions ORDER BY id", as: UUID.self))
        let path = "/api/v1/users/me/sessions/\(id)"
        #expect(app.send(.delete, path, token: eve.accessToken).errorCode == "NOT_FOUND")
        #expect(app.send(.get, "/api/v1/users/me", token: ada.accessToken).status == .ok)
        #expect(app.send(.delete, path, token: ada.accessToken).status == .noContent)
        #expect(app.send(.get, "/api/v1/users/me", token: ada.accessToken).errorCode == "TOKEN_REVOKED")
    }

    @Test func `one of several concurrent changes of a version is made`() throws {
        let app = try TestApplication()
        let session = try TestAccount(in: app).signIn()
        let tag = try #require(app.send(.get, "/api/v1/users/me", token: session.accessToken).headers[.eTag])
        let answers = try inParallel(16) { index in
            app.send(
                .patch, "/api/v1/users/me", ["name": .string("Ada \(index)")], token: session.accessToken,
                headers: [.ifMatch: tag])
        }.map { try $0.get() }
        #expect(answers.count { $0.status == .ok } == 1)
        #expect(answers.count { $0.errorCode == "PRECONDITION_FAILED" } == 15)
    }

    @Test func `one user's version is not another's`() throws {
        let app = try TestApplication()
        let ada = try TestAccount(in: app).signIn()
        let eve = try TestAccount(in: app, email: "eve@example.com").signIn()
        let tag = try #require(app.send(.get, "/api/v1/users/me", token: ada.accessToken).headers[.eTag])
        let headers: HTTPFields = [.ifNoneMatch: tag]
        #expect(app.send(.get, "/api/v1/users/me", token: ada.accessToken, headers: headers).status == .notModified)
        #expect(app.send(.get, "/api/v1/users/me", token: eve.accessToken, headers: headers).status == .ok)
    }

    @Test func `a name is stored in composed characters, however it is written`() throws {
        let app = try TestApplication()
        let token = try TestAccount(in: app).signIn().accessToken
        for name in ["caf\u{e9}", "cafe\u{301}"] {
            let answer = app.send(.patch, "/api/v1/users/me", ["name": .string(name)], token: token)
            #expect(answer.json["data"]?["name"]?.string.map { Array($0.utf8) } == Array("caf\u{e9}".utf8))
        }
    }

    @Test func `a changed role ends the tokens with the old one`() throws {
        let app = try TestApplication()
        let session = try TestAccount(in: app).signIn()
        try app.database.connection().execute("UPDATE users SET role = 'admin'")
        #expect(app.send(.get, "/api/v1/users/me", token: session.accessToken).errorCode == "TOKEN_REVOKED")
    }

    @Test func `a withdrawn key ends its tokens`() throws {
        let app = try TestApplication()
        let session = try TestAccount(in: app).signIn()
        try app.database.connection().execute("UPDATE signing_keys SET withdrawn_at = NOW(6)")
        #expect(app.send(.get, "/api/v1/users/me", token: session.accessToken).errorCode == "TOKEN_REVOKED")
    }

    @Test func `the committed document is the one that the routes generate`() throws {
        let current = try Program.gatehouse.declaredDocument().text(indented: true) + [UInt8(ascii: "\n")]
        let committed = Array(try RepositoryFile.text("docs/openapi.json").utf8)
        // As one value: for two long, different arrays, an expectation would compute the shortest difference for
        // minutes.
        let isCurrent = current == committed
        #expect(isCurrent, "docs/openapi.json is stale: run make openapi")
    }

    @Test func `every operation has a unique name`() throws {
        #expect(try RouteChecks(TestApplication()).operationsWithoutName() == [])
    }

    @Test func `every example body is acceptable`() throws {
        #expect(try RouteChecks(TestApplication()).refusedExamples() == [])
    }
}
