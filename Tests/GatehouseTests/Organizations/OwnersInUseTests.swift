import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

/// An owner whose account is suspended or deleted can manage nothing, and does not count.
@Suite struct OwnersInUseTests {
    private let app: TestApplication
    private let owner: Person
    private let other: Person
    private let organization: TestOrganization

    init() throws {
        app = try TestApplication()
        owner = try Person("owner", in: app)
        other = try Person("other", in: app)
        organization = try TestOrganization(by: owner)
    }

    private func give(_ role: MemberRole, to person: Person) -> Response {
        owner.send(.patch, organization.path(of: person), ["role": .string(role.rawValue)])
    }

    private func transfer(to person: Person) -> Response {
        owner.send(.post, organization.path("/transfer-ownership"), ["userId": .string(person.id)])
    }

    @Test(arguments: [User.Status.suspended, .deleted])
    func `an owner can leave only if another owner's account is in use`(status: User.Status) throws {
        try organization.add(other, as: .owner)
        try other.mark(status)
        #expect(owner.send(.post, organization.path("/leave")).errorCode == "LAST_OWNER")
        #expect(give(.admin, to: owner).errorCode == "LAST_OWNER")
        #expect(owner.send(.delete, organization.path(of: owner)).errorCode == "LAST_OWNER")
        #expect(try organization.owners() == 1)
        try other.mark(.active)
        #expect(owner.send(.post, organization.path("/leave")).status == .noContent)
    }

    @Test func `an account is not deleted if the other owner is suspended`() throws {
        try organization.add(other, as: .owner)
        try other.mark(.suspended)
        #expect(owner.deleteAccount().errorCode == "LAST_OWNER")
        try other.mark(.deleted)
        #expect(owner.deleteAccount().status == .noContent, "no other member is left")
    }

    @Test func `a suspended account does not become owner, and a deleted one is not found`() throws {
        try organization.add(other, as: .admin)
        try other.mark(.suspended)
        #expect(give(.owner, to: other).errorCode == "CONFLICT")
        #expect(transfer(to: other).errorCode == "CONFLICT")
        try other.mark(.deleted)
        #expect(give(.owner, to: other).errorCode == "NOT_FOUND")
        #expect(transfer(to: other).errorCode == "NOT_FOUND")
        #expect(try organization.role(of: other) == .admin)
        #expect(try organization.role(of: owner) == .owner)
    }

    @Test func `nobody joins without an owner whose account is in use`() throws {
        let grace = try Person("grace", in: app)
        let token = try organization.link(for: grace.email, by: owner)
        for status in [User.Status.suspended, .deleted] {
            try owner.mark(status)
            #expect(grace.accept(token).errorCode == "UNPROCESSABLE")
        }
        try owner.mark(.active)
        #expect(grace.accept(token).status == .ok)
    }
}
