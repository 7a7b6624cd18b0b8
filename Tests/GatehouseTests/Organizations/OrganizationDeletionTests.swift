import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

/// Deleting an organization removes it for everybody at once, and its contents soon after.
@Suite struct OrganizationDeletionTests {
    private let app: TestApplication
    private let owner: Person
    private let organization: TestOrganization

    init() throws {
        app = try TestApplication()
        owner = try Person("owner", in: app)
        organization = try TestOrganization(by: owner)
    }

    /// Makes more projects than are deleted at a time, each with a word.
    private func fill() throws {
        let (db, id) = (app.database.connection(), try organization.internalID())
        try db.execute(
            """
            INSERT INTO projects (public_id, organization_id, name, description, status)
            SELECT UUID(), \(id), 'Engine', '', 'active' FROM seq_1_to_1500
            """)
        try db.execute("INSERT INTO words SELECT \("projects/o\(id)"), 'engine', id FROM projects")
    }

    private func organizations() throws -> Int { try app.value("SELECT COUNT(*) FROM organizations") }
    private func projects() throws -> Int { try app.value("SELECT COUNT(*) FROM projects") }
    private func words() throws -> Int { try app.value("SELECT COUNT(*) FROM words WHERE scope LIKE 'projects/%'") }

    @Test func `before it is purged, nobody reaches a deleted organization, and its slug is free`() throws {
        let (viewer, guest) = (try Person("viewer", in: app), try Person("guest", in: app))
        try organization.add(viewer, as: .viewer)
        let token = try organization.link(for: guest.email, by: owner)
        let key = try organization.key(by: owner, scopes: ["projects:read"])
        let project = try owner.create("Engine", in: organization)
        #expect(owner.send(.delete, organization.path()).status == .noContent)
        for person in [owner, viewer] {
            #expect(person.send(.get, organization.path()).errorCode == "NOT_FOUND")
            #expect(person.projects(.get, "/\(project)").errorCode == "NOT_FOUND")
            #expect(try person.names().isEmpty)
            #expect(try person.names("&q=engine").isEmpty)
            #expect(person.send(.get, "/organizations").json["data"]?.elements.isEmpty == true)
        }
        #expect(guest.accept(token).errorCode == "UNPROCESSABLE")
        #expect(app.send(.get, "/api/v1/projects", token: key).errorCode == "UNAUTHORIZED")
        _ = try TestOrganization(by: viewer)
        #expect(try organizations() == 2)
        try app.run(PurgeOrganization.self)
        #expect(try organizations() == 1)
        #expect(try projects() + words() == 0)
    }

    @Test func `an organization with any number of projects is deleted in parts`() throws {
        try fill()
        #expect(owner.send(.delete, organization.path()).status == .noContent)
        let job = PurgeOrganization(organizationID: try organization.internalID())
        #expect(throws: JobBrokenOff.self) { try job.run(.test(app, isStopping: { true })) }
        #expect(try projects() == 500)
        #expect(try words() == 500, "each part is complete")
        for _ in 1...2 { try job.run(.test(app)) }
        #expect(try projects() + words() + organizations() == 0)
    }
}
