import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

@Suite struct OrganizationErasureTests {
    private let app: TestApplication
    private let owner: Person
    private let organization: TestOrganization

    init() throws {
        app = try TestApplication()
        owner = try Person("owner", in: app)
        organization = try TestOrganization(by: owner)
    }

    private func leftWithout(_ person: Person) throws -> [UInt64] {
        try app.database.connection().transaction { db in
            try MemberRepository.organizationsLeftWithout(
                owner: person.internalID(), counting: SignInRule(requiresVerifiedEmail: true, providers: []), in: db)
        }
    }

    @Test func `an organization with one member is deleted with its account`() throws {
        try owner.create("Engine", in: organization)
        try owner.erase()
        try app.run(PurgeOrganization.self)
        #expect(try app.value("SELECT COUNT(*) FROM organizations") == 0)
        #expect(try app.value("SELECT COUNT(*) FROM words WHERE scope LIKE 'projects/%'") == 0)
        #expect(try app.audited(OrganizationDeleted.action) == 1)
    }

    @Test func `without another owner, the member of the highest rank and longest standing becomes owner`() throws {
        let people = try ["viewer", "first", "second"].map { try Person($0, in: app) }
        try organization.add(people[0], as: .viewer)
        try organization.add(people[1], people[2], as: .admin)
        try owner.erase()
        #expect(try people.map { try organization.role(of: $0) } == [.viewer, .owner, .admin])
        #expect(try app.details(.memberRoleChanged) == [organization.details(from: "admin", to: "owner")])
    }

    @Test func `heirs in use come first, then suspended ones`() throws {
        let (suspended, viewer) = (try Person("suspended", in: app), try Person("viewer", in: app))
        try organization.add(suspended, as: .owner)
        try organization.add(viewer, as: .viewer)
        try suspended.mark(.suspended)
        try owner.erase()
        #expect(try organization.role(of: viewer) == .owner, "otherwise nobody could manage it")
        #expect(try organization.role(of: suspended) == .owner)
    }

    @Test func `nobody is promoted when a member who is no owner leaves`() throws {
        let people = try ["admin", "viewer"].map { try Person($0, in: app) }
        try organization.add(people[0], as: .admin)
        try organization.add(people[1], as: .viewer)
        try owner.mark(.suspended)
        try people[1].erase()
        #expect(try organization.role(of: people[0]) == .admin)
        #expect(try app.audited(.memberRoleChanged) == 0)
    }

    @Test func `nobody is promoted if another owner remains`() throws {
        let (admin, other) = (try Person("admin", in: app), try Person("other", in: app))
        try organization.add(admin, as: .admin)
        try organization.add(other, as: .owner)
        try owner.erase()
        #expect(try organization.role(of: admin) == .admin)
        #expect(try organization.owners() == 1)
    }

    @Test func `a deleted account is promoted only if there is no other`() throws {
        let (gone, viewer) = (try Person("gone", in: app), try Person("viewer", in: app))
        try organization.add(gone, as: .admin)
        try organization.add(viewer, as: .viewer)
        try gone.mark(.deleted)
        try owner.erase()
        #expect(try organization.role(of: viewer) == .owner)
        #expect(try organization.role(of: gone) == .admin)
        try viewer.erase()
        #expect(try organization.role(of: gone) == .owner)
    }

    @Test func `invitations to the address are deleted with the account, and those to others stay`() throws {
        let grace = try Person("grace", in: app)
        for email in [grace.email, "other@example.com"] {
            let body: JSON = ["email": .string(email), "role": "member"]
            #expect(owner.send(.post, organization.path("/invitations"), body).status == .created)
        }
        try grace.erase()
        #expect(try app.value("SELECT email FROM invitations", as: String.self) == "other@example.com")
    }

    @Test func `an organization is left without an owner only if it has other members`() throws {
        #expect(try leftWithout(owner) == [])
        let (viewer, other) = (try Person("viewer", in: app), try Person("other", in: app))
        try organization.add(viewer, as: .viewer)
        #expect(try leftWithout(owner) == [organization.internalID()])
        #expect(try leftWithout(viewer) == [])
        try organization.add(other, as: .owner)
        #expect(try leftWithout(owner) == [])
        try other.mark(.deleted)
        #expect(try leftWithout(owner) == [organization.internalID()])
        try viewer.mark(.deleted)
        #expect(try leftWithout(owner) == [])
    }
}
