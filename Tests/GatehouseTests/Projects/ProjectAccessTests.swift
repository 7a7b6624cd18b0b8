import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

@Suite struct ProjectAccessTests {
    private let app: TestApplication
    private let ada: Person
    private let eve: Person

    init() throws {
        app = try TestApplication()
        ada = try Person("ada", in: app)
        eve = try Person("eve", in: app)
    }

    /// The outcome of every action on a project: the status, or the code of the error.
    private func outcomes(of id: String, by person: Person) -> [String] {
        [
            person.projects(.get, "/\(id)"), person.projects(.patch, "/\(id)", ["status": "active"]),
            person.projects(.delete, "/\(id)"), person.projects(.post, "/\(id)/restore"),
        ].map { $0.errorCode ?? String($0.status.code) }
    }

    @Test func `another user's project is not found, deleted or not`() throws {
        let id = try ada.create("Engine")
        #expect(outcomes(of: id, by: eve) == Array(repeating: "NOT_FOUND", count: 4))
        #expect(ada.projects(.delete, "/\(id)").status == .noContent)
        #expect(outcomes(of: id, by: eve) == Array(repeating: "NOT_FOUND", count: 4))
        for query in ["", "&deleted=true", "&q=engine", "&ownerId=\(ada.id)"] {
            #expect(try eve.names(query).isEmpty, "\(query)")
        }
    }

    @Test func `a project of another organization is not found`() throws {
        let organization = try TestOrganization(by: ada)
        let id = try ada.create("Engine", in: organization)
        #expect(outcomes(of: id, by: eve) == Array(repeating: "NOT_FOUND", count: 4))
        for query in ["", "&q=engine", "&organizationId=\(organization.id)"] {
            #expect(try eve.names(query).isEmpty, "\(query)")
        }
        let body: JSON = ["name": "Loom", "organizationId": .string(organization.id)]
        #expect(eve.projects(.post, "", body).errorCode == "NOT_FOUND")
        let nowhere: JSON = ["name": "Loom", "organizationId": UUID.v7().json]
        #expect(eve.projects(.post, "", nowhere).errorCode == "NOT_FOUND")
    }

    @Test(arguments: [
        (MemberRole.viewer, "FORBIDDEN", "FORBIDDEN"), (.member, "FORBIDDEN", "200"), (.admin, "200", "200"),
        (.owner, "200", "200"),
    ])
    func `the role decides who changes what in an organization`(role: MemberRole, others: String, own: String) throws {
        let organization = try TestOrganization(by: ada)
        try organization.add(eve, as: .member)
        let (adas, eves) = (try ada.create("Ada's", in: organization), try eve.create("Eve's", in: organization))
        #expect(eve.send(.post, organization.path("/leave")).status == .noContent)
        try organization.add(eve, as: role)
        for (id, outcome) in [(adas, others), (eves, own)] {
            let deletion = outcome == "200" ? "204" : outcome
            #expect(outcomes(of: id, by: eve) == ["200", outcome, deletion, outcome], "\(role)")
        }
        #expect(try eve.names("&sortBy=name&sortOrder=asc") == ["Ada's", "Eve's"])
        let created = eve.projects(.post, "", ["name": "New", "organizationId": .string(organization.id)])
        #expect(created.errorCode == (role == .viewer ? "FORBIDDEN" : nil))
    }

    @Test func `a person who has left an organization sees nothing of it`() throws {
        let organization = try TestOrganization(by: ada)
        try organization.add(eve, as: .member)
        let id = try eve.create("Eve's", in: organization)
        #expect(eve.send(.post, organization.path("/leave")).status == .noContent)
        #expect(outcomes(of: id, by: eve) == Array(repeating: "NOT_FOUND", count: 4))
        #expect(try eve.names("&q=eve").isEmpty)
        #expect(ada.projects(.get, "/\(id)").json["data"]?["ownerId"] == .string(eve.id))
    }

    @Test func `the key of an organization acts as its administrator and for nobody else`() throws {
        let organization = try TestOrganization(by: ada)
        try organization.add(eve, as: .member)
        let (eves, personal) = (try eve.create("Eve's", in: organization), try ada.create("Ada's own"))
        let secret = try organization.key(by: ada, scopes: ["projects:read", "projects:write"])
        func send(_ method: HTTPMethod, _ path: String, _ body: JSON? = nil) -> Response {
            app.send(method, "/api/v1/projects\(path)", body, token: secret)
        }
        #expect(send(.patch, "/\(eves)", ["status": "active"]).status == .ok)
        #expect(send(.get, "/\(personal)").errorCode == "NOT_FOUND")
        #expect(send(.post, "", ["name": "Whose?"]).errorCode == "FORBIDDEN")
        let created = send(.post, "", ["name": "Ours", "organizationId": .string(organization.id)])
        #expect(created.status == .created, "\(created.json)")
        #expect(created.json["data"]?["ownerId"] == .null)
        #expect(send(.get, "?sortBy=name&sortOrder=asc").values("name") == ["Eve's", "Ours"])
    }

    @Test func `a key needs the scope`() throws {
        let organization = try TestOrganization(by: ada)
        let id = try ada.create("Engine", in: organization)
        let reader = try organization.key(by: ada, scopes: ["projects:read"])
        #expect(app.send(.get, "/api/v1/projects/\(id)", token: reader).status == .ok)
        #expect(app.send(.delete, "/api/v1/projects/\(id)", token: reader).errorCode == "FORBIDDEN")
        let writer = try organization.key(by: ada, scopes: ["projects:write"])
        #expect(app.send(.get, "/api/v1/projects/\(id)", token: writer).errorCode == "FORBIDDEN")
        #expect(app.send(.delete, "/api/v1/projects/\(id)", token: writer).status == .noContent)
    }

    @Test func `an export contains the user's own projects, and none of others`() throws {
        let organization = try TestOrganization(by: eve)
        try organization.add(ada, as: .member)
        try ada.create("Ada's own")
        let deleted = try ada.create("Ada's old")
        #expect(ada.projects(.delete, "/\(deleted)").status == .noContent)
        try ada.create("Shared", in: organization)
        try eve.create("Eve's own")
        let export = ada.send(.get, "/users/me/export").json["data"]
        #expect(export?["projects"]?.elements.map { $0["name"] } == ["Ada's own", "Ada's old"])
    }

    @Test func `personal projects are deleted with their user, and others stay without an owner`() throws {
        let organization = try TestOrganization(by: ada)
        try organization.add(eve, as: .member)
        try eve.create("Eve's own")
        let shared = try eve.create("Eve's", in: organization)
        let (db, eveID) = (app.database.connection(), try eve.internalID())
        try db.execute(
            "UPDATE users SET status = 'deleted', deleted_at = NOW(6) - INTERVAL 31 DAY WHERE id = \(eveID)")
        try EraseDeletedAccounts().run(.test(app))
        #expect(try db.all("SELECT name FROM projects", as: String.self) == ["Eve's"])
        #expect(ada.projects(.get, "/\(shared)").json["data"]?["ownerId"] == .null)
        #expect(try ada.names("&q=eve") == ["Eve's"])
        #expect(try app.value("SELECT COUNT(*) FROM words WHERE scope = \(Tenant.user(eveID).wordScope)") == 0)
    }

    @Test func `a project is not created in an organization that ends meanwhile`() throws {
        let organization = try TestOrganization(by: ada)
        let creations = try inParallel(16) { index -> Response in
            if index == 7 { return ada.send(.delete, organization.path()) }
            return ada.projects(.post, "", ["name": "Engine", "organizationId": .string(organization.id)])
        }
        for answer in creations {
            let answer = try answer.get()
            let expected: [HTTPStatus] = [.created, .noContent, .notFound]
            #expect(expected.contains(answer.status), "\(answer.json)")
        }
        try app.run(PurgeOrganization.self)
        #expect(try app.value("SELECT COUNT(*) FROM projects") == 0)
        #expect(try app.value("SELECT COUNT(*) FROM words WHERE scope LIKE 'projects/%'") == 0)
    }
}
