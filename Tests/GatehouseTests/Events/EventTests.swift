import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

/// Every way to a change fires its events, inside the transaction of the change: a refusal leaves nothing behind.
@Suite struct EventTests {
    @Test func `every way to a change of an account fires its events`() throws {
        let world = try ListenedApplication()
        for path in EventPath.ofAccounts { try path.walk(world) }
    }

    @Test func `every way by which an account ends fires its events`() throws {
        let world = try ListenedApplication()
        for path in EventPath.ofEndings { try path.walk(world) }
    }

    @Test func `every way to a change of organizations, members and keys fires its events`() throws {
        let world = try ListenedApplication()
        for path in EventPath.ofOrganizations + EventPath.ofKeys { try path.walk(world) }
    }

    @Test func `where accounts are hidden the request and the job fire their events, and no answer tells of a refusal`()
        throws
    {
        let world = try ListenedApplication(["GATEHOUSE_HIDE_ACCOUNT_EXISTENCE": "true"])
        for path in EventPath.ofHiddenRegistration { try path.walk(world) }
        try world.refuse(AccountCreated.self)
        let answers = ["free@example.com", "admin@example.com"].map { EventPath.register($0, in: world.app) }
        #expect(answers.allSatisfy { $0.status == .created })
        for answer in answers { #expect(answer.json["data"]?["user"]?["emailVerified"] == false) }
    }

    @Test func `each event of the sources is fired on some way`() throws {
        let declared = try RepositoryFile.paths(below: "Sources/Gatehouse").filter { $0.hasSuffix(".swift") }
            .flatMap { try RepositoryFile.text($0).matches(of: /struct (\w+): Event \{/).map { String($0.1) } }
        #expect(Set(declared) == Set(Listening.events.map { "\($0)" }))
        let walked = (EventPath.ofAccounts + EventPath.ofEndings + EventPath.ofOrganizations + EventPath.ofKeys)
            .flatMap { $0.events.map { "\($0)" } }
        #expect(Set(walked) == Set(declared))
    }

    @Test func `a change outside a transaction is refused`() throws {
        let app = try TestApplication()
        let user = UserReference(id: 1, publicID: UUID.v7())
        #expect(throws: EventOutsideTransaction.self) {
            try Hooks.none.fire(AccountDeleted(user: user), in: app.database.connection())
        }
    }

    @Test func `an event without hooks is not even made`() throws {
        let app = try TestApplication()
        var made = 0
        func event() -> AccountDeleted {
            made += 1
            return AccountDeleted(user: UserReference(id: 1, publicID: .example))
        }
        try app.database.connection().transaction { db in try Hooks.none.fire(event(), in: db) }
        #expect(made == 0)
    }
}
