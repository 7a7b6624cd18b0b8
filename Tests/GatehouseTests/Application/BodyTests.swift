import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Threads
import Web

@testable import Gatehouse

@Suite struct BodyTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Sends a body of ten bytes that never arrives, and returns whether anybody waited for it.
    private func send(_ route: Gatehouse.Route, to app: TestApplication, from address: String) -> (
        Response, isRead: Bool
    ) {
        var isRead = false
        let request = Request(
            method: route.method, target: route.pattern, headers: [.contentType: "application/json"],
            remoteAddress: address)
        let body = RequestBody(length: 10) { () throws(RequestBody.Broken) in
            isRead = true
            throw RequestBody.Broken()
        }
        return (app.application.makeHandler()(request, body, Receiver().stream()), isRead)
    }

    @Test func `each public route counts its caller by address before it reads the body`() throws {
        let app = try TestApplication([
            "GATEHOUSE_RATE_LIMITS": "on", "GATEHOUSE_RATE_LIMIT_FILE": folder.path("limits"),
            "GATEHOUSE_LIMIT_ANONYMOUS": "1/1h", "GATEHOUSE_LIMIT_AUTHENTICATION": "1/1h",
            "GATEHOUSE_LIMIT_SESSION_ADDRESS": "1/1h",
        ])
        // The form of a provider has another type, for which it is refused unread.
        let routes = try Program.gatehouse.declaredRoutes().filter {
            $0.guard == .public && $0.tier != .unlimited && !$0.pattern.hasSuffix("/callback")
        }
        #expect(routes.count > 5)
        for (number, route) in routes.enumerated() {
            let name = "\(route.method) \(route.pattern)"
            let (first, isFirstRead) = send(route, to: app, from: "192.0.2.\(number)")
            #expect((first.status, isFirstRead) == (.badRequest, true), "\(name): \(first.json)")
            let (second, isSecondRead) = send(route, to: app, from: "192.0.2.\(number)")
            #expect((second.errorCode, isSecondRead) == ("RATE_LIMITED", false), "\(name)")
        }
    }

    @Test func `a route that counts nobody reads no body`() throws {
        let app = try TestApplication()
        let routes = try Program.gatehouse.declaredRoutes().filter { $0.tier == .unlimited }
        #expect(!routes.isEmpty)
        for route in routes {
            let (answer, isRead) = send(route, to: app, from: "192.0.2.1")
            #expect((answer.errorCode, isRead) == ("VALIDATION_ERROR", false), "\(route.method) \(route.pattern)")
        }
    }

    @Test func `the body of a caller without a token is not read`() throws {
        let app = try TestApplication()
        for route in try Program.gatehouse.declaredRoutes().filter({ $0.guard != .public }) {
            let (answer, isRead) = send(route, to: app, from: "192.0.2.1")
            #expect((answer.errorCode, isRead) == ("UNAUTHORIZED", false), "\(route.method) \(route.pattern)")
        }
    }

    @Test func `every acceptable body fits, however its characters are escaped`() throws {
        #expect(try Program.gatehouse.declaredRoutes().count(where: \.takesBody) > 10)
        #expect(try RouteChecks(TestApplication()).bodiesThatDoNotFit() == [])
    }

    @Test func `every acceptable value can be stored, and a column that is too narrow is found`() throws {
        #expect(try RouteChecks(TestApplication()).valuesThatCannotBeStored() == [])
        let app = try TestApplication()
        try app.database.connection().execute("ALTER TABLE projects MODIFY COLUMN name VARCHAR(50) NOT NULL")
        #expect(
            try RouteChecks(app).valuesThatCannotBeStored().sorted() == [
                "PATCH /api/v1/projects/{id} cannot store name with 100 characters",
                "POST /api/v1/projects cannot store name with 100 characters",
            ])
    }

    @Test func `no route accepts more than nginx lets through`() throws {
        let text = try RepositoryFile.text("nginx/gatehouse.conf")
        let line = try #require(text.split(separator: "\n").first { $0.contains("client_max_body_size ") })
        let limit = try #require(Int(line.filter(\.isNumber))) * 1024
        for route in try Program.gatehouse.declaredRoutes() { #expect(route.maximumBodyBytes <= limit) }
    }
}
