import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

/// Whatever members do to each other concurrently, an owner remains.
@Suite struct MemberRaceTests {
    private static let count = 24

    private let app: TestApplication
    private let people: [Person]
    private let organization: TestOrganization

    init() throws {
        let app = try TestApplication()
        self.app = app
        people = try (0..<Self.count).map { try Person("person-\($0)", in: app) }
        organization = try TestOrganization(by: people[0])
        for person in people.dropFirst() { try organization.add(person, as: .owner) }
    }

    /// The person after this one, in a circle.
    private func next(_ index: Int) -> Person { people[(index + 1) % people.count] }

    private func demote(_ person: Person, by actor: Person) -> Response {
        actor.send(.patch, organization.path(of: person), ["role": "member"])
    }

    private func transfer(to person: Person, by actor: Person) -> Response {
        actor.send(.post, organization.path("/transfer-ownership"), ["userId": .string(person.id)])
    }

    @Test func `one of sixty-four owners who all leave stays`() throws {
        let more = try (Self.count..<64).map { try Person("person-\($0)", in: app) }
        for person in more { try organization.add(person, as: .owner) }
        let owners = people + more
        let answers = try inParallel(64) { owners[$0].send(.post, organization.path("/leave")) }
            .map { try $0.get() }
        #expect(answers.count { $0.status == .noContent } == 63)
        #expect(answers.count { $0.errorCode == "LAST_OWNER" } == 1)
        #expect(try organization.owners() == 1)
    }

    @Test func `one of several owners who all step down stays`() throws {
        let answers = try inParallel(Self.count) { demote(people[$0], by: people[$0]) }.map { try $0.get() }
        #expect(answers.count { $0.status == .ok } == Self.count - 1)
        #expect(answers.count { $0.errorCode == "LAST_OWNER" } == 1)
        #expect(try organization.owners() == 1)
    }

    @Test func `owners who demote each other leave one, and a demoted owner demotes nobody`() throws {
        let answers = try inParallel(Self.count) { demote(next($0), by: people[$0]) }.map { try $0.get() }
        let demoted = answers.count { $0.status == .ok }
        #expect(answers.count { $0.errorCode == "FORBIDDEN" } == Self.count - demoted, "\(answers.map(\.json))")
        #expect(try organization.owners() == Self.count - demoted)
        #expect(try organization.owners() >= 1)
    }

    @Test func `owners who remove each other leave one, and a removed owner removes nobody`() throws {
        let answers = try inParallel(Self.count) { index in
            people[index].send(.delete, organization.path(of: next(index)))
        }.map { try $0.get() }
        let removed = answers.count { $0.status == .noContent }
        #expect(answers.count { $0.errorCode == "NOT_FOUND" } == Self.count - removed, "\(answers.map(\.json))")
        #expect(try organization.owners() == Self.count - removed)
        #expect(try organization.owners() >= 1)
    }

    @Test func `an owner remains under concurrent leaving, demoting, removing, transferring and deleting`() throws {
        _ = try inParallel(Self.count) { index in
            switch index % 5 {
            case 0: _ = people[index].send(.post, organization.path("/leave"))
            case 1: _ = demote(next(index), by: people[index])
            case 2: _ = people[index].send(.delete, organization.path(of: next(index)))
            case 3: _ = transfer(to: next(index), by: people[index])
            default: _ = people[index].deleteAccount()
            }
        }.map { try $0.get() }
        #expect(try organization.owners() >= 1)
        // One of those who are still there cannot leave.
        _ = try inParallel(Self.count) { people[$0].send(.post, organization.path("/leave")) }.map { try $0.get() }
        #expect(try organization.owners() == 1)
    }

    @Test func `accounts deleted at once leave an owner to the others`() throws {
        let last = people[Self.count - 1]
        #expect(demote(last, by: people[0]).status == .ok)
        _ = try inParallel(Self.count - 1) { people[$0].deleteAccount() }.map { try $0.get() }
        #expect(try organization.owners() == 1)
    }

    @Test func `an owner who transfers to several at once has one successor`() throws {
        for person in people.dropFirst() { #expect(demote(person, by: people[0]).status == .ok) }
        let answers = try inParallel(Self.count - 1) { transfer(to: people[$0 + 1], by: people[0]) }
            .map { try $0.get() }
        #expect(answers.count { $0.status == .ok } == 1)
        #expect(answers.count { $0.errorCode == "FORBIDDEN" } == Self.count - 2)
        #expect(try organization.owners() == 1)
        #expect(try organization.role(of: people[0]) == .admin)
    }

    @Test func `a transfer to somebody whose account is being deleted leaves an owner`() throws {
        for person in people.dropFirst() { #expect(demote(person, by: people[0]).status == .ok) }
        _ = try inParallel(Self.count) { index in
            if index.isMultiple(of: 2) {
                _ = transfer(to: people[1], by: people[0])
            } else {
                _ = people[1].deleteAccount()
            }
        }.map { try $0.get() }
        #expect(try organization.owners() == 1)
    }

    @Test func `a removed member invites nobody afterwards`() throws {
        let (owner, admin) = (people[0], people[1])
        _ = try inParallel(Self.count) { index in
            guard index > 0 else { return owner.send(.delete, organization.path(of: admin)) }
            let body: JSON = ["email": .string("guest-\(index)@example.com"), "role": "admin"]
            return admin.send(.post, organization.path("/invitations"), body)
        }.map { try $0.get() }
        let late = try app.value(
            """
            SELECT COUNT(*) FROM audit_events removal JOIN audit_events sent ON sent.id > removal.id
            WHERE removal.action = 'member.removed' AND sent.action = 'invitation.sent'
            """)
        #expect(late == 0)
        #expect(try app.audited(.memberRemoved) == 1)
        #expect(try app.value("SELECT COUNT(*) FROM invitations") == 0, "invitations sent before are revoked")
    }
}
