import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

/// Somebody who loses the right to administer cannot use it, even in a request that began before.
@Suite struct AdministratorRaceTests {
    private static let count = 64

    private let app: TestApplication

    init() throws {
        app = try TestApplication()
    }

    private func administrator(_ name: String) throws -> TestUser {
        try TestUser(in: app, email: "\(name)@example.com", role: "admin")
    }

    /// The number of suspensions by somebody after their own suspension.
    private func late() throws -> Int {
        try app.value(
            """
            SELECT COUNT(*) FROM audit_events earlier JOIN audit_events later ON later.id > earlier.id
            WHERE earlier.action = 'user.suspended' AND later.action = 'user.suspended'
              AND later.actor_id = earlier.target_id
            """)
    }

    @Test func `administrators who suspend each other in a circle do nothing once suspended`() throws {
        let all = try (0..<Self.count).map { try administrator("admin\($0)") }
        let answers = try inParallel(Self.count) { index in
            all[index].send(.patch, "/users/\(all[(index + 1) % Self.count].id)", ["status": "suspended"])
        }.map { try $0.get() }
        let suspended = answers.count { $0.status == .ok }
        #expect(answers.count { $0.errorCode == "TOKEN_REVOKED" } == Self.count - suspended, "\(answers.map(\.json))")
        #expect(suspended >= 1)
        #expect(try late() == 0)
        #expect(
            try app.value("SELECT COUNT(*) FROM users WHERE status = 'active'") == Self.count - suspended)
    }

    @Test func `of two administrators who suspend each other one stays, although there is a third`() throws {
        let (ada, grace, _) = (try administrator("ada"), try administrator("grace"), try administrator("alan"))
        let pair = [ada, grace]
        let answers = try inParallel(2) { pair[$0].send(.patch, "/users/\(pair[1 - $0].id)", ["status": "suspended"]) }
            .map { try $0.get() }
        #expect(answers.count { $0.status == .ok } == 1)
        #expect(answers.count { $0.errorCode == "TOKEN_REVOKED" } == 1)
    }

    /// The ways in which somebody loses the right to administer.
    enum Fall: CaseIterable {
        case demoted, limited, suspended, deleted

        func statement(about user: UUID) -> SQL {
            switch self {
            case .demoted: "UPDATE users SET role = 'user' WHERE public_id = \(user)"
            case .limited: "UPDATE users SET role = 'support' WHERE public_id = \(user)"
            case .suspended: "UPDATE users SET status = 'suspended' WHERE public_id = \(user)"
            case .deleted: "UPDATE users SET status = 'deleted', deleted_at = NOW(6) WHERE public_id = \(user)"
            }
        }

        var code: String {
            switch self {
            case .demoted, .limited: "FORBIDDEN"
            case .suspended, .deleted: "TOKEN_REVOKED"
            }
        }
    }

    @Test(arguments: Fall.allCases)
    func `whoever loses the right while their request waits changes nothing`(fall: Fall) throws {
        let (admin, user) = (try administrator("admin"), try TestUser(in: app, email: "user@example.com"))
        let role = try #require(admin.send(.post, "/roles", ["name": "temp", "permissions": []]).id)
        let requests: [@Sendable () -> Response] = [
            { admin.send(.post, "/users", ["email": "new@example.com", "name": "New"]) },
            { admin.send(.patch, "/users/\(user.id)", ["role": "admin"]) },
            { admin.send(.patch, "/users/\(user.id)", ["status": "suspended"]) },
            { admin.send(.delete, "/users/\(user.id)") },
            { admin.send(.post, "/users/\(user.id)/sessions/revoke") },
            { admin.send(.post, "/users/\(user.id)/sessions/revoke", ["revokeApiKeys": true]) },
            { admin.send(.delete, "/users/\(user.id)/api-keys/\(user.id)") },
            { admin.send(.post, "/roles", ["name": "mine", "permissions": []]) },
            { admin.send(.patch, "/roles/\(role)", ["permissions": ["users:read"]]) },
            { admin.send(.delete, "/roles/\(role)") },
        ]
        let events = try app.value("SELECT COUNT(*) FROM audit_events WHERE action <> 'access.denied'")
        for request in requests {
            let answer = try app.answer(heldUpBy: fall.statement(about: admin.id), to: request)
            #expect(answer?.errorCode == fall.code, "\(String(describing: answer?.json))")
            try app.database.connection().execute(
                "UPDATE users SET role = 'admin', status = 'active', deleted_at = NULL WHERE public_id = \(admin.id)")
        }
        #expect(try app.value("SELECT COUNT(*) FROM audit_events WHERE action <> 'access.denied'") == events)
        #expect(user.send(.get, "/users/me").json["data"]?["role"] == "user")
    }

    @Test func `a role's lost permissions are lost while its holder waits for another role`() throws {
        let admin = try administrator("admin")
        let powers: JSON = ["roles:write", "audit:read"]
        #expect(admin.send(.post, "/roles", ["name": "helpdesk", "permissions": powers]).status == .created)
        let other = try #require(admin.send(.post, "/roles", ["name": "other", "permissions": []]).id)
        let helper = try TestUser(in: app, email: "helper@example.com", role: "helpdesk")
        let answer = try app.answer(
            heldUpBy: "UPDATE roles SET description = 'Held.' WHERE public_id = \(other)",
            "UPDATE roles SET permissions = 'roles:write' WHERE name = 'helpdesk'"
        ) { helper.send(.patch, "/roles/\(other)", ["permissions": ["audit:read"]]) }
        #expect(answer?.errorCode == "FORBIDDEN")
        #expect(admin.send(.get, "/roles/\(other)").json["data"]?["permissions"]?.elements == [])
    }

    @Test func `nobody with an emptied role empties another in a circle`() throws {
        let admin = try administrator("admin")
        let roles = try (0..<16).map { number in
            let role: JSON = ["name": .string("role-\(number)"), "permissions": ["roles:write"]]
            return try #require(admin.send(.post, "/roles", role).id)
        }
        let holders = try roles.indices.map {
            try TestUser(in: app, email: "holder\($0)@example.com", role: "role-\($0)")
        }
        let answers = try inParallel(roles.count) { index in
            holders[index].send(.patch, "/roles/\(roles[(index + 1) % roles.count])", ["permissions": []])
        }.map { try $0.get() }
        let emptied = try roles.indices.filter { index in
            try app.value("SELECT permissions = '' FROM roles WHERE name = \("role-\(index)")", as: Bool.self)
        }
        #expect(answers.count { $0.status == .ok } == emptied.count, "\(answers.map(\.json))")
        #expect(answers.count { $0.errorCode == "FORBIDDEN" } == roles.count - emptied.count)
        // Of two neighbours, the one whose role was emptied first emptied no other.
        let late = try app.value(
            """
            SELECT COUNT(*) FROM audit_events earlier JOIN audit_events later ON later.id > earlier.id
            JOIN users u ON u.public_id = later.actor_id JOIN roles r ON r.name = u.role
            WHERE earlier.action = 'role.updated' AND later.action = 'role.updated' AND earlier.target_id = r.public_id
            """)
        #expect(late == 0)
    }
}
