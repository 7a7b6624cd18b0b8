import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

@Suite struct ChainTests {
    @Test func `nothing but public routes answers without a token`() throws {
        let app = try TestApplication()
        let guarded = try Program.gatehouse.declaredRoutes().filter { $0.guard != .public }
        #expect(!guarded.isEmpty)
        for route in guarded {
            let path = route.pattern.replacing("{id}", with: UUID().uuidString)
            for token in [nil, "", "x", "a.b.c"] {
                let answer = app.send(route.method, path, token: token)
                #expect(answer.status == .unauthorized, "\(route.method) \(route.pattern)")
                #expect(answer.headers[.wwwAuthenticate]?.hasPrefix("Bearer") == true)
            }
        }
    }

    @Test(arguments: [HTTPMethod.trace, .connect])
    func `TRACE and CONNECT are not implemented, whatever the path`(method: HTTPMethod) throws {
        let app = try TestApplication()
        for path in try Set(Program.gatehouse.declaredRoutes().map(\.pattern)).union(["/", "/nothing"]) {
            let answer = app.send(method, path)
            #expect(answer.errorCode == "NOT_IMPLEMENTED", "\(path)")
            #expect(answer.status == .notImplemented)
            #expect(answer.headers[.allow] == nil)
        }
    }

    @Test func `the schema of another version is a dependency that is not available`() throws {
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

    @Test func `nothing of a request is kept behind its answer`() throws {
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

    @Test func `another users session is not found`() throws {
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

    @Test func `of concurrent changes to one version one is made`() throws {
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

    @Test func `one users version is not anothers`() throws {
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

    @Test func `a role that changed ends the tokens of the old one`() throws {
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

    @Test func `the committed document is the one the routes give`() throws {
        let current = try Program.gatehouse.declaredDocument().text(indented: true) + [UInt8(ascii: "\n")]
        let committed = Array(try RepositoryFile.text("docs/openapi.json").utf8)
        // As one value: of two long arrays that differ, an expectation would look for the shortest difference, for
        // minutes.
        let isCurrent = current == committed
        #expect(isCurrent, "docs/openapi.json is stale: run make openapi")
    }

    @Test func `every operation has a name of its own`() throws {
        var names: [String] = []
        for path in try Program.gatehouse.declaredDocument()["paths"]?.members ?? [] {
            names += path.value.members.compactMap { $0.value["operationId"]?.string }
        }
        #expect(names.count == (try Program.gatehouse.declaredRoutes().count))
        #expect(Set(names).count == names.count)
    }

    @Test func `every example body is acceptable`() throws {
        let app = try TestApplication()
        for path in try Program.gatehouse.declaredDocument()["paths"]?.members ?? [] {
            for operation in path.value.members {
                let media = operation.value["requestBody"]?["content"]?["application/json"]
                guard let body = media?["example"], let method = HTTPMethod(operation.name.uppercased()) else {
                    continue
                }
                let answer = app.send(method, path.name, body, token: nil)
                #expect(answer.errorCode != "VALIDATION_ERROR", "\(method) \(path.name): \(answer.json)")
            }
        }
    }
}
