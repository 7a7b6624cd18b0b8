import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

/// A key of an organization administers it as long as its maker may, so that nobody keeps lost rights by a key. The
/// rights of members it has in any case.
@Suite struct OrganizationKeyRankTests {
    private let app: TestApplication
    private let (owner, admin, second): (Person, Person, Person)
    private let organization: TestOrganization
    private let key: String

    init() throws {
        app = try TestApplication()
        owner = try Person("owner", in: app)
        admin = try Person("admin", in: app)
        second = try Person("second", in: app)
        organization = try TestOrganization(by: owner)
        try organization.add(admin, as: .admin)
        key = try organization.key(
            by: admin, scopes: ["organizations:read", "organizations:write", "projects:read", "projects:write"])
    }

    enum Ending: CaseIterable {
        case removed, left, demoted, suspended, deleted, erased
    }

    private func end(_ ending: Ending) throws {
        let answer: Response
        switch ending {
        case .removed: answer = owner.send(.delete, organization.path(of: admin))
        case .left: answer = admin.send(.post, organization.path("/leave"))
        case .demoted: answer = owner.send(.patch, organization.path(of: admin), ["role": "viewer"])
        case .suspended:
            _ = try administration(of: app).suspendUser(admin.email, force: false)
            return
        case .deleted: answer = admin.deleteAccount()
        case .erased: return try admin.erase()
        }
        try #require([.ok, .noContent].contains(answer.status), "\(answer.json)")
    }

    private func byKey(_ method: HTTPMethod, _ path: String, _ body: JSON? = nil) -> Response {
        app.send(method, "/api/v1" + path, body, token: key)
    }

    private func inviteByKey() -> Response {
        byKey(.post, organization.path("/invitations"), ["email": .string(second.email), "role": "admin"])
    }

    @Test func `it administers while its maker does`() throws {
        #expect(inviteByKey().status == .created)
        #expect(byKey(.get, organization.path("/invitations")).values("email") == [second.email])
        #expect(byKey(.patch, organization.path(), ["name": "Engines"]).status == .ok)
        #expect(owner.send(.patch, organization.path(of: admin), ["role": "owner"]).status == .ok)
        #expect(inviteByKey().status == .created)
    }

    @Test(arguments: Ending.allCases)
    func `afterwards it has the rights of members`(ending: Ending) throws {
        try end(ending)
        #expect(inviteByKey().errorCode == "FORBIDDEN")
        #expect(byKey(.get, organization.path("/invitations")).errorCode == "FORBIDDEN")
        #expect(byKey(.patch, organization.path(), ["name": "Mine"]).errorCode == "FORBIDDEN")
        #expect(byKey(.patch, organization.path(of: owner), ["role": "viewer"]).errorCode == "FORBIDDEN")
        if ending == .demoted {
            #expect(byKey(.patch, organization.path(of: admin), ["role": "admin"]).errorCode == "FORBIDDEN")
            #expect(try organization.role(of: admin) == .viewer)
        }
        let project: JSON = ["name": "Engine", "organizationId": .string(organization.id)]
        #expect(byKey(.post, "/projects", project).status == .created)
        #expect(byKey(.get, "/projects").values("name") == ["Engine"])
        #expect(byKey(.get, "/organizations").values("role") == ["member"])
    }

    @Test(arguments: Ending.allCases)
    func `invitations sent by it end with its maker's rank`(ending: Ending) throws {
        let id = try #require(inviteByKey().id)
        let token = OpaqueToken(.invitation)
        let stored = try InvitationRepository.store(
            token, for: id, emailKey: second.email, in: app.database.connection())
        #expect(stored != nil)
        try end(ending)
        #expect(second.accept(token).errorCode == "UNPROCESSABLE")
        #expect(try organization.role(of: second) == nil)
        #expect(try app.value("SELECT COUNT(*) FROM invitations") == 0)
    }

    @Test(arguments: [Ending.removed, .demoted])
    func `it can no longer change projects without an owner`(ending: Ending) throws {
        let body: JSON = ["name": "Engine", "organizationId": .string(organization.id)]
        let project = try #require(byKey(.post, "/projects", body).id).uuidString.lowercased()
        #expect(byKey(.patch, "/projects/\(project)", ["name": "Difference Engine"]).status == .ok)
        try end(ending)
        #expect(byKey(.patch, "/projects/\(project)", ["name": "Mine"]).errorCode == "FORBIDDEN")
        #expect(byKey(.delete, "/projects/\(project)").errorCode == "FORBIDDEN")
    }

    @Test func `a new secret does not change its maker`() throws {
        let sent = try #require(inviteByKey().id)
        let token = OpaqueToken(.invitation)
        #expect(
            try InvitationRepository.store(token, for: sent, emailKey: second.email, in: app.database.connection())
                != nil)
        let id: UUID = try app.value("SELECT public_id FROM api_keys", as: UUID.self)
        let rotated = owner.send(.post, "/api-keys/\(id.uuidString.lowercased())/rotate")
        let secret = try #require(rotated.json["data"]?["secret"]?.string, "\(rotated.json)")
        try end(.removed)
        #expect(second.accept(token).errorCode == "UNPROCESSABLE")
        let body: JSON = ["email": .string(second.email), "role": "admin"]
        let answer = app.send(.post, "/api/v1" + organization.path("/invitations"), body, token: secret)
        #expect(answer.errorCode == "FORBIDDEN")
    }

    // MARK: - Former addresses

    private func change(_ person: Person, from old: String, to new: String) throws -> Response {
        let link = try app.mailToken(for: old, .changeEmail, newEmail: new)
        let body: JSON = ["token": .string(link.text), "password": .string(TestAccount.password)]
        return app.send(.post, "/api/v1/auth/confirm-email", body)
    }

    @Test(arguments: [Ending.removed, .left])
    func `nobody returns by an invitation to a former address`(ending: Ending) throws {
        let newcomer = try Person("newcomer", in: app)
        let early = try organization.link(for: newcomer.email, as: "admin", by: owner)
        #expect(try change(newcomer, from: newcomer.email, to: "new@example.com").status == .ok)
        let late = try organization.link(for: "new@example.com", as: "viewer", by: owner)
        #expect(newcomer.accept(late).status == .ok)
        let answer =
            ending == .left
            ? newcomer.send(.post, organization.path("/leave"))
            : owner.send(.delete, organization.path(of: newcomer))
        #expect(answer.status == .noContent)
        #expect(try change(newcomer, from: "new@example.com", to: newcomer.email).status == .ok)
        let check: JSON = ["token": .string(early.text)]
        #expect(app.send(.post, "/api/v1/auth/links/check", check).errorCode == "UNPROCESSABLE")
        #expect(newcomer.accept(early).errorCode == "UNPROCESSABLE")
        #expect(try organization.role(of: newcomer) == nil)

        let again = try organization.link(for: newcomer.email, as: "viewer", by: owner)
        #expect(newcomer.accept(again).status == .ok, "a new invitation can be accepted")
    }
}
