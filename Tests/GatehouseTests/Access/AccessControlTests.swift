import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

@Suite struct AccessControlTests {
    private let app: TestApplication

    init() throws {
        app = try TestApplication()
    }

    @Test func `a permission decides, and each refusal is audited`() throws {
        let user = try TestUser(in: app, email: "user@example.com")
        let support = try TestUser(in: app, email: "support@example.com", role: "support")
        #expect(user.send(.get, "/users").errorCode == "FORBIDDEN")
        #expect(support.send(.get, "/users").status == .ok)
        #expect(support.send(.post, "/users", ["email": "x@example.com", "name": "X"]).errorCode == "FORBIDDEN")
        #expect(try app.audited(.accessDenied) == 2)
    }

    @Test func `a refusal has a target only if it was found, and otherwise mentions what was named`() throws {
        let stranger = try TestUser(in: app, email: "stranger@example.com")
        let victim = try TestUser(in: app, email: "victim@example.com")
        let routes = try Program.gatehouse.declaredRoutes().filter {
            $0.guard != .public && $0.pattern.contains("{id}")
        }
        #expect(routes.count > 20)
        for route in routes {
            let path = route.pattern.replacing("/api/v1", with: "").replacing("{id}", with: "\(victim.id)")
                .replacing("{userId}", with: "\(victim.id)").replacing("{invitationId}", with: "\(victim.id)")
            _ = stranger.send(route.method, path)
        }
        let named: JSON = ["name": "x", "scopes": ["projects:read"], "organizationId": victim.id.json]
        #expect(stranger.send(.post, "/api-keys", named).errorCode == "NOT_FOUND")
        #expect(stranger.send(.get, "/api-keys?organizationId=\(victim.id)").errorCode == "NOT_FOUND")
        #expect(
            stranger.send(.post, "/projects", ["name": "x", "organizationId": victim.id.json]).errorCode == "NOT_FOUND")

        let denied: SQL = "FROM audit_events WHERE action = 'access.denied'"
        #expect(try app.value("SELECT COUNT(*) \(denied)") >= 20)
        #expect(try app.value("SELECT COUNT(*) \(denied) AND target_id IS NOT NULL") == 0)
        let told = try app.database.connection().all(
            "SELECT DISTINCT JSON_VALUE(details, '$.named') \(denied)", as: String?.self)
        #expect(told == [victim.id.uuidString.lowercased()])
        let export = String(decoding: victim.send(.get, "/users/me/export").body, as: UTF8.self)
        #expect(!export.contains("access.denied"))
    }

    @Test func `a guard is checked before the request is read`() throws {
        let user = try TestUser(in: app, email: "user@example.com")
        #expect(user.send(.get, "/users?surprise=1").errorCode == "FORBIDDEN")
        #expect(user.send(.get, "/organizations/\(UUID().uuidString)?surprise=1").errorCode == "NOT_FOUND")
    }

    @Test func `a change of a role takes effect with the next request`() throws {
        let admin = try TestUser(in: app, email: "admin@example.com", role: "admin")
        let role = admin.send(.post, "/roles", ["name": "auditor", "permissions": ["audit:read"]])
        #expect(role.status == .created, "\(role.json)")
        let auditor = try TestUser(in: app, email: "auditor@example.com", role: "auditor")
        #expect(auditor.send(.get, "/audit-events").status == .ok)
        let id = try #require(role.id)
        #expect(admin.send(.patch, "/roles/\(id)", ["permissions": []]).status == .ok)
        #expect(auditor.send(.get, "/audit-events").errorCode == "FORBIDDEN")
    }

    @Test func `nobody gives permissions that they do not have`() throws {
        try app.database.connection().execute(
            """
            INSERT INTO roles (public_id, name, permissions)
            VALUES (\(UUID.v7()), 'helpdesk', 'roles:read roles:write users:read users:write')
            """)
        let helper = try TestUser(in: app, email: "helper@example.com", role: "helpdesk")
        let admin = try TestUser(in: app, email: "admin@example.com", role: "admin")
        let user = try TestUser(in: app, email: "user@example.com")
        #expect(helper.send(.post, "/roles", ["name": "spy", "permissions": ["audit:read"]]).errorCode == "FORBIDDEN")
        #expect(helper.send(.patch, "/users/\(user.id)", ["role": "admin"]).errorCode == "FORBIDDEN")
        #expect(helper.send(.patch, "/users/\(helper.id)", ["role": "admin"]).errorCode == "FORBIDDEN")
        #expect(helper.send(.patch, "/users/\(admin.id)", ["status": "suspended"]).errorCode == "FORBIDDEN")
        #expect(helper.send(.delete, "/users/\(admin.id)").errorCode == "FORBIDDEN")
        #expect(helper.send(.post, "/users/\(admin.id)/sessions/revoke").errorCode == "FORBIDDEN")
        #expect(
            helper.send(.post, "/users", ["email": "n@example.com", "name": "N", "role": "support"]).errorCode
                == "FORBIDDEN")
        #expect(helper.send(.patch, "/users/\(user.id)", ["status": "suspended"]).status == .ok)
        #expect(helper.send(.post, "/api-keys", ["name": "K", "scopes": ["audit:read"]]).errorCode == "FORBIDDEN")
    }

    @Test func `built-in roles and roles in use cannot be deleted`() throws {
        let admin = try TestUser(in: app, email: "admin@example.com", role: "admin")
        let roles = admin.send(.get, "/roles?sortBy=name")
        #expect(roles.values("name") == ["admin", "support", "user"])
        for id in roles.values("id") {
            #expect(admin.send(.patch, "/roles/\(id)", ["permissions": ["audit:read"]]).errorCode == "CONFLICT")
            let role = try #require(admin.send(.get, "/roles/\(id)").json["data"])
            let same: JSON = [
                "description": role["description"] ?? .null, "permissions": role["permissions"] ?? .null,
            ]
            #expect(admin.send(.patch, "/roles/\(id)", same).json["data"] == role)
            #expect(admin.send(.delete, "/roles/\(id)").errorCode == "CONFLICT")
        }
        let id = try #require(admin.send(.post, "/roles", ["name": "temp", "permissions": []]).id)
        _ = try TestUser(in: app, email: "temp@example.com", role: "temp")
        #expect(admin.send(.delete, "/roles/\(id)").errorCode == "CONFLICT")
        try app.database.connection().execute("UPDATE users SET role = 'user' WHERE role = 'temp'")
        #expect(admin.send(.delete, "/roles/\(id)").status == .noContent)
    }

    @Test func `every permission is required by a route, and every route requires a declared one`() throws {
        #expect(try RouteChecks(app).permissions() == [])
    }
}
