import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

/// Who may do what in an organization, computed from the routes.
@Suite struct OrganizationAccessTests {
    private let app: TestApplication
    private let owner: Person
    private let organization: TestOrganization

    init() throws {
        app = try TestApplication()
        owner = try Person("owner", in: app)
        organization = try TestOrganization(by: owner)
    }

    /// The routes about an organization, with the role that each requires.
    private func routes() throws -> [(method: HTTPMethod, path: String, role: MemberRole)] {
        try Program.gatehouse.declaredRoutes().compactMap { route in
            guard case .member(of: "id", atLeast: let role) = route.guard,
                route.pattern.hasPrefix("/api/v1/organizations/{id}")
            else { return nil }
            let path = route.pattern.split(separator: "/", omittingEmptySubsequences: false).map { segment in
                switch segment {
                case "{id}": organization.id
                case "{userId}": owner.id
                default: segment.hasPrefix("{") ? UUID.v7().uuidString.lowercased() : String(segment)
                }
            }
            return (route.method, path.joined(separator: "/"), role)
        }
    }

    private func everything() throws -> [String] {
        try app.database.connection().all(
            """
            SELECT CONCAT_WS(' ', o.name, o.slug, o.version, m.user_id, m.role, m.version)
            FROM organizations o JOIN organization_members m ON m.organization_id = o.id ORDER BY m.id
            """)
    }

    @Test func `a stranger finds no organization, whatever they try`() throws {
        let stranger = try Person("stranger", in: app)
        _ = try TestOrganization(by: stranger, slug: "elsewhere")
        let (routes, before) = (try routes(), try everything())
        #expect(routes.count == 24)
        for (method, path, _) in routes {
            let answer = app.send(method, path, token: stranger.token)
            #expect(answer.errorCode == "NOT_FOUND", "\(method) \(path)")
        }
        #expect(try everything() == before)
        #expect(try app.audited(.accessDenied) == routes.count)
    }

    @Test(arguments: [MemberRole.viewer, .member, .admin])
    func `a route beyond the caller's role is refused before the request is read`(role: MemberRole) throws {
        let person = try Person("person", in: app)
        try organization.add(person, as: role)
        let before = try everything()
        for (method, path, needed) in try routes() where needed > role {
            let answer = app.send(method, path, ["nonsense": true], token: person.token)
            #expect(answer.errorCode == "FORBIDDEN", "\(method) \(path)")
        }
        #expect(try everything() == before)
    }

    @Test func `a member of one organization reaches nothing of another by its ids`() throws {
        let admin = try Person("admin", in: app)
        let own = try TestOrganization(by: admin, slug: "own")
        let invited = owner.send(
            .post, organization.path("/invitations"), ["email": "grace@example.com", "role": "member"])
        let invitation = try #require(invited.json["data"]?["id"]?.string)
        #expect(admin.send(.get, own.path(of: owner)).errorCode == "NOT_FOUND")
        #expect(admin.send(.patch, own.path(of: owner), ["role": "viewer"]).errorCode == "NOT_FOUND")
        #expect(admin.send(.delete, own.path(of: owner)).errorCode == "NOT_FOUND")
        #expect(admin.send(.delete, own.path("/invitations/\(invitation)")).errorCode == "NOT_FOUND")
        let transfer: JSON = ["userId": .string(owner.id)]
        #expect(admin.send(.post, own.path("/transfer-ownership"), transfer).errorCode == "NOT_FOUND")
        #expect(try organization.role(of: owner) == .owner)
        #expect(try app.value("SELECT COUNT(*) FROM invitations") == 1)
    }

    @Test func `a key of an organization is an admin of it and of nothing else`() throws {
        let (admin, other) = (try Person("admin", in: app), try Person("other", in: app))
        let elsewhere = try TestOrganization(by: other, slug: "elsewhere")
        try organization.add(admin, as: .admin)
        let key = try organization.key(by: owner, scopes: ["organizations:read", "organizations:write"])
        func send(_ method: HTTPMethod, _ path: String, _ body: JSON? = nil) -> Response {
            app.send(method, "/api/v1" + path, body, token: key)
        }
        #expect(send(.get, organization.path()).json["data"]?["role"] == "admin")
        #expect(send(.get, "/organizations").json["data"]?.elements.count == 1)
        #expect(send(.patch, organization.path(), ["name": "Looms"]).status == .ok)
        let invited = send(.post, organization.path("/invitations"), ["email": "g@example.com", "role": "admin"])
        #expect(invited.json["data"]?["invitedBy"] == .null)
        #expect(send(.patch, organization.path(of: admin), ["role": "member"]).status == .ok)
        #expect(send(.patch, organization.path(of: owner), ["role": "member"]).errorCode == "FORBIDDEN")
        #expect(send(.delete, organization.path(of: owner)).errorCode == "FORBIDDEN")
        #expect(send(.delete, organization.path()).errorCode == "FORBIDDEN")
        #expect(send(.post, organization.path("/leave")).errorCode == "FORBIDDEN")
        let transfer: JSON = ["userId": .string(admin.id)]
        #expect(send(.post, organization.path("/transfer-ownership"), transfer).errorCode == "FORBIDDEN")
        #expect(send(.post, "/organizations", ["name": "More", "slug": "more"]).errorCode == "FORBIDDEN")
        #expect(send(.post, "/invitations/accept", ["token": "ghi_"]).errorCode == "FORBIDDEN")
        #expect(send(.get, elsewhere.path()).errorCode == "NOT_FOUND")
        #expect(send(.get, elsewhere.path("/members")).errorCode == "NOT_FOUND")
    }

    @Test func `a key does nothing outside its scopes`() throws {
        let key = try organization.key(by: owner, scopes: ["organizations:read"])
        #expect(app.send(.get, "/api/v1" + organization.path("/members"), token: key).status == .ok)
        let change = app.send(.patch, "/api/v1" + organization.path(), ["name": "Looms"], token: key)
        #expect(change.errorCode == "FORBIDDEN")
    }
}
