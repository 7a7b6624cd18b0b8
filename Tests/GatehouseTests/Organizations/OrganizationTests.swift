import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

@Suite struct OrganizationTests {
    private let app: TestApplication
    private let ada: Person

    init() throws {
        app = try TestApplication()
        ada = try Person("ada", in: app)
    }

    private func create(_ slug: String, by person: Person) -> Response {
        person.send(.post, "/organizations", ["name": "Analytical Engines", "slug": .string(slug)])
    }

    @Test func `the creator of an organization is its owner`() throws {
        let made = create("engines", by: ada)
        #expect(made.status == .created)
        let id = try #require(made.json["data"]?["id"]?.string)
        #expect(made.headers[.location] == "/api/v1/organizations/\(id)")
        #expect(made.json["data"]?["role"] == "owner")
        let read = ada.send(.get, "/organizations/\(id)")
        #expect(read.json["data"] == made.json["data"])
        #expect(read.headers[.eTag] == made.headers[.eTag])
        #expect(try app.audited(OrganizationCreated.action) == 1)
    }

    @Test func `a list contains the caller's organizations by name, with the caller's role`() throws {
        let grace = try Person("grace", in: app)
        for (name, slug) in [("Zeta", "z1"), ("alpha", "a1"), ("Ölmühle", "o1")] {
            let made = ada.send(.post, "/organizations", ["name": .string(name), "slug": .string(slug)])
            #expect(made.status == .created)
        }
        try TestOrganization(by: grace).add(ada, as: .viewer)
        let list = ada.send(.get, "/organizations").json
        let entries = list["data"]?.elements ?? []
        #expect(entries.map { $0["name"]?.string } == ["alpha", "Analytical Engines", "Ölmühle", "Zeta"])
        #expect(entries.map { $0["role"]?.string } == ["owner", "viewer", "owner", "owner"])
        #expect(list["meta"]?["total"] == 4)
        #expect(grace.send(.get, "/organizations").json["meta"]?["total"] == 1)
        let newest = ada.send(.get, "/organizations?sortBy=createdAt&sortOrder=desc&limit=1").json["data"]?.elements
        #expect(newest?.first?["role"] == "viewer")
    }

    @Test func `somebody without organizations has an empty list`() {
        let list = ada.send(.get, "/organizations")
        #expect(list.json["data"] == [])
        #expect(list.json["meta"]?["total"] == 0)
    }

    @Test func `a slug belongs to one organization`() throws {
        let grace = try Person("grace", in: app)
        let organization = try TestOrganization(by: ada)
        #expect(create("engines", by: grace).errorCode == "CONFLICT")
        #expect(create("looms", by: grace).status == .created)
        #expect(ada.send(.patch, organization.path(), ["slug": "looms"]).errorCode == "CONFLICT")
        #expect(try app.audited(OrganizationChanged.action) == 0)
    }

    @Test func `one of several who take a slug at once gets it`() throws {
        let answers = try inParallel(16) { _ in create("engines", by: ada) }.map { try $0.get() }
        #expect(answers.count { $0.status == .created } == 1)
        #expect(answers.count { $0.errorCode == "CONFLICT" } == 15)
        #expect(try app.value("SELECT COUNT(*) FROM organization_members") == 1)
    }

    @Test(arguments: ["a", "-ab", "ab-", "Ab", "a b", "ä1", "a_b", String(repeating: "a", count: 64)])
    func `an invalid slug is refused`(slug: String) {
        #expect(create(slug, by: ada).errorCode == "VALIDATION_ERROR")
    }

    @Test(arguments: ["ab", "0-9", String(repeating: "a", count: 63)])
    func `a valid slug is accepted`(slug: String) {
        #expect(create(slug, by: ada).status == .created)
    }

    @Test func `nobody gets more organizations than allowed by concurrent requests`() throws {
        let db = app.database.connection()
        for number in 1...(Organization.maximumPerUser - 4) {
            try db.transaction { db in
                let new = try OrganizationRepository.insert(
                    UUID.v7(), name: "Full", slug: "full-\(number)", by: .program, telling: .none, in: db)
                try MemberRepository.insert(
                    ada.reference(), into: new, as: .member, by: .program, telling: .none, in: db)
            }
        }
        let answers = try inParallel(16) { create("more-\($0)", by: ada) }.map { try $0.get() }
        #expect(answers.count { $0.status == .created } == 4)
        #expect(answers.count { $0.errorCode == "CONFLICT" } == 12)
        #expect(try app.value("SELECT COUNT(*) FROM organization_members") == Organization.maximumPerUser)
    }

    @Test func `a change based on an outdated version is refused`() throws {
        let organization = try TestOrganization(by: ada)
        let tag = try #require(ada.send(.get, organization.path()).headers[.eTag])
        let change: JSON = ["name": "Difference Engines"]
        #expect(ada.send(.patch, organization.path(), change, headers: [.ifMatch: tag]).status == .ok)
        let stale = ada.send(.patch, organization.path(), ["name": "Looms"], headers: [.ifMatch: tag])
        #expect(stale.errorCode == "PRECONDITION_FAILED")
        let deletion = ada.send(.delete, organization.path(), headers: [.ifMatch: tag])
        #expect(deletion.errorCode == "PRECONDITION_FAILED")
        #expect(ada.send(.get, organization.path()).json["data"]?["name"] == "Difference Engines")
    }

    @Test func `a change without effect leaves version and audit unchanged`() throws {
        let organization = try TestOrganization(by: ada)
        let tag = ada.send(.get, organization.path()).headers[.eTag]
        #expect(ada.send(.patch, organization.path(), ["slug": "engines"]).headers[.eTag] == tag)
        #expect(try app.audited(OrganizationChanged.action) == 0)
    }

    @Test func `the version changes with the caller's role`() throws {
        let grace = try Person("grace", in: app)
        let organization = try TestOrganization(by: ada)
        try organization.add(grace, as: .viewer)
        let tag = try #require(grace.send(.get, organization.path()).headers[.eTag])
        #expect(grace.send(.get, organization.path(), headers: [.ifNoneMatch: tag]).status == .notModified)
        #expect(ada.send(.patch, organization.path(of: grace), ["role": "admin"]).status == .ok)
        let read = grace.send(.get, organization.path(), headers: [.ifNoneMatch: tag])
        #expect(read.json["data"]?["role"] == "admin")
    }

    @Test func `an organization is deleted with everything in it`() throws {
        let organization = try TestOrganization(by: ada)
        let (db, scope) = (app.database.connection(), "projects/o\(try organization.internalID())")
        try Words.set(["engine"], of: 1, in: scope, in: db)
        try Words.set(["engine"], of: 2, in: "projects/o0", in: db)
        let invitation: JSON = ["email": "grace@example.com", "role": "member"]
        #expect(ada.send(.post, organization.path("/invitations"), invitation).status == .created)
        #expect(ada.send(.delete, organization.path()).status == .noContent)
        #expect(ada.send(.get, organization.path()).status == .notFound)
        #expect(try app.value("SELECT COUNT(*) FROM organization_members") == 0)
        #expect(try app.value("SELECT COUNT(*) FROM invitations") == 0)
        try app.run(PurgeOrganization.self)
        #expect(try app.value("SELECT COUNT(*) FROM words WHERE scope LIKE 'projects/%'") == 1)
        #expect(try app.audited(OrganizationDeleted.action) == 1)
    }
}
