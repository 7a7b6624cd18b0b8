import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

@Suite struct MemberTests {
    private let app: TestApplication
    private let owner: Person
    private let admin: Person
    private let viewer: Person
    private let organization: TestOrganization

    init() throws {
        app = try TestApplication()
        owner = try Person("owner", in: app)
        admin = try Person("admin", in: app)
        viewer = try Person("viewer", in: app)
        organization = try TestOrganization(by: owner)
        try organization.add(admin, as: .admin)
        try organization.add(viewer, as: .viewer)
    }

    private func give(_ role: MemberRole, to person: Person, by actor: Person) -> Response {
        actor.send(.patch, organization.path(of: person), ["role": .string(role.rawValue)])
    }

    private func transfer(to person: Person, by actor: Person) -> Response {
        actor.send(.post, organization.path("/transfer-ownership"), ["userId": .string(person.id)])
    }

    @Test func `every member sees who belongs to the organization`() throws {
        let list = viewer.send(.get, organization.path("/members")).json
        #expect(list["data"]?.elements.map { $0["email"]?.string } == [viewer.email, admin.email, owner.email])
        #expect(list["meta"]?["total"] == 3)
        let admins = viewer.send(.get, organization.path("/members?role=admin")).json["data"]?.elements
        #expect(admins?.map { $0["userId"]?.string } == [admin.id])
        let one = viewer.send(.get, organization.path(of: admin))
        #expect(one.json["data"] == admins?.first)
    }

    @Test func `a new role takes effect at once`() throws {
        #expect(viewer.send(.get, organization.path("/invitations")).errorCode == "FORBIDDEN")
        #expect(give(.admin, to: viewer, by: admin).json["data"]?["role"] == "admin")
        #expect(viewer.send(.get, organization.path("/invitations")).status == .ok)
        #expect(try app.details(.memberRoleChanged) == [organization.details(from: "viewer", to: "admin")])
    }

    @Test func `an admin can neither make an owner nor touch one`() throws {
        #expect(give(.owner, to: viewer, by: admin).errorCode == "FORBIDDEN")
        #expect(give(.owner, to: admin, by: admin).errorCode == "FORBIDDEN")
        #expect(give(.admin, to: owner, by: admin).errorCode == "FORBIDDEN")
        #expect(give(.owner, to: owner, by: admin).errorCode == "FORBIDDEN")
        #expect(admin.send(.delete, organization.path(of: owner)).errorCode == "FORBIDDEN")
        #expect(transfer(to: admin, by: admin).errorCode == "FORBIDDEN")
        #expect(try organization.owners() == 1)
        #expect(try organization.role(of: owner) == .owner)
    }

    @Test func `a change of a member based on an outdated version is refused`() throws {
        let tag = try #require(owner.send(.get, organization.path(of: viewer)).headers[.eTag])
        #expect(give(.member, to: viewer, by: admin).status == .ok)
        let stale = owner.send(.patch, organization.path(of: viewer), ["role": "admin"], headers: [.ifMatch: tag])
        #expect(stale.errorCode == "PRECONDITION_FAILED")
        #expect(try organization.role(of: viewer) == .member)
    }

    @Test func `only the version that was read is removed`() throws {
        let tag = try #require(owner.send(.get, organization.path(of: viewer)).headers[.eTag])
        #expect(give(.member, to: viewer, by: admin).status == .ok)
        let stale = owner.send(.delete, organization.path(of: viewer), headers: [.ifMatch: tag])
        #expect(stale.errorCode == "PRECONDITION_FAILED")
        #expect(try organization.role(of: viewer) == .member)
        let present = try #require(owner.send(.get, organization.path(of: viewer)).headers[.eTag])
        let removal = owner.send(.delete, organization.path(of: viewer), headers: [.ifMatch: present])
        #expect(removal.status == .noContent)
    }

    @Test func `a member who returns is a new member`() throws {
        let tag = try #require(owner.send(.get, organization.path(of: viewer)).headers[.eTag])
        #expect(viewer.send(.post, organization.path("/leave")).status == .noContent)
        try organization.add(viewer, as: .viewer)
        let stale = owner.send(.patch, organization.path(of: viewer), ["role": "admin"], headers: [.ifMatch: tag])
        #expect(stale.errorCode == "PRECONDITION_FAILED")
        #expect(try organization.role(of: viewer) == .viewer)
    }

    @Test func `others do not see a deleted account, which has its role again when restored`() throws {
        #expect(viewer.deleteAccount().status == .noContent)
        for path in ["/members", "/members?role=viewer", "/members?cursor="] {
            let list = owner.send(.get, organization.path(path))
            #expect(!list.values("userId").contains(viewer.id) && list.status == .ok)
        }
        #expect(owner.send(.get, organization.path("/members")).json["meta"]?["total"] == 2)
        #expect(owner.send(.get, organization.path(of: viewer)).errorCode == "NOT_FOUND")
        #expect(give(.member, to: viewer, by: owner).errorCode == "NOT_FOUND")
        #expect(owner.send(.delete, organization.path(of: viewer)).errorCode == "NOT_FOUND")
        try viewer.mark(.active)
        #expect(owner.send(.get, organization.path(of: viewer)).json["data"]?["role"] == "viewer")
        #expect(owner.send(.get, organization.path("/members")).json["meta"]?["total"] == 3)
    }

    @Test func `the version of a member changes with the member's name`() throws {
        let tag = try #require(owner.send(.get, organization.path(of: viewer)).headers[.eTag])
        #expect(viewer.send(.patch, "/users/me", ["name": "Somebody Else"]).status == .ok)
        let read = owner.send(.get, organization.path(of: viewer), headers: [.ifNoneMatch: tag])
        #expect(read.json["data"]?["name"] == "Somebody Else")
    }

    @Test func `the last owner can neither leave nor be demoted nor removed`() throws {
        #expect(owner.send(.post, organization.path("/leave")).errorCode == "LAST_OWNER")
        #expect(give(.admin, to: owner, by: owner).errorCode == "LAST_OWNER")
        #expect(owner.send(.delete, organization.path(of: owner)).errorCode == "LAST_OWNER")
        #expect(try organization.role(of: owner) == .owner)
        #expect(try app.audited(.memberLeft) + app.audited(.memberRemoved) + app.audited(.memberRoleChanged) == 0)
    }

    @Test func `an owner can leave if there is another`() throws {
        #expect(give(.owner, to: viewer, by: owner).status == .ok)
        #expect(owner.send(.post, organization.path("/leave")).status == .noContent)
        #expect(owner.send(.get, organization.path()).errorCode == "NOT_FOUND")
        #expect(try app.audited(.memberLeft) == 1)
    }

    @Test func `a removed member loses access at once`() throws {
        #expect(admin.send(.delete, organization.path(of: viewer)).status == .noContent)
        #expect(viewer.send(.get, organization.path()).errorCode == "NOT_FOUND")
        #expect(admin.send(.delete, organization.path(of: viewer)).errorCode == "NOT_FOUND")
        #expect(try app.audited(.memberRemoved) == 1)
    }

    @Test func `ownership goes to a member, and its giver stays as admin`() throws {
        let answer = transfer(to: viewer, by: owner)
        #expect(answer.status == .ok)
        #expect(answer.json["data"]?["userId"]?.string == viewer.id)
        #expect(answer.json["data"]?["role"] == "owner")
        #expect(answer.headers[.eTag] == viewer.send(.get, organization.path(of: viewer)).headers[.eTag])
        #expect(try organization.role(of: owner) == .admin)
        #expect(try app.audited(.ownershipTransferred) == 1)
        let fallen = try app.value(
            "SELECT target_id FROM audit_events WHERE action = 'member.role_changed' AND details LIKE '%admin%'",
            as: String.self)
        #expect(fallen == owner.id)
        #expect(try app.details(.ownershipTransferred) == [organization.details(from: "viewer", to: "owner")])
        #expect(try app.details(.memberRoleChanged) == [organization.details(from: "owner", to: "admin")])
    }

    @Test func `ownership goes neither to a stranger nor to oneself`() throws {
        let stranger = try Person("stranger", in: app)
        #expect(transfer(to: stranger, by: owner).errorCode == "NOT_FOUND")
        #expect(transfer(to: owner, by: owner).errorCode == "CONFLICT")
        #expect(try organization.role(of: owner) == .owner)
    }
}
