import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

/// Every path to a change fires its events inside the change's transaction, so a refusal leaves nothing behind.
@Suite struct EventTests {
    @Test func `every path to a change fires its events, and the audit has their entries`() throws {
        let world = try ListenedApplication()
        for path in EventPath.all { try path.walk(world) }
        for event in Program.gatehouse.modules.events {
            #expect(try world.recorded(of: event) == Set(event.auditActions.map(\.rawValue)), "\(event)")
        }
    }

    @Test func `with hidden accounts the request and the job fire their events, and no answer reveals a refusal`()
        throws
    {
        let world = try ListenedApplication(["GATEHOUSE_HIDE_ACCOUNT_EXISTENCE": "true"])
        for path in EventPath.ofHiddenRegistration { try path.walk(world) }
        try world.refuse(AccountCreated.self)
        let answers = ["free@example.com", "admin@example.com"].map { EventPath.register($0, in: world.app) }
        #expect(answers.allSatisfy { $0.status == .created })
        for answer in answers { #expect(answer.json["data"]?["user"]?["emailVerified"] == false) }
    }

    @Test func `each event in the sources is fired on some path`() throws {
        let declared = try RepositoryFile.paths(below: "Sources/Gatehouse").filter { $0.hasSuffix(".swift") }
            .flatMap {
                try RepositoryFile.text($0).matches(of: /public struct (\w+): [\w, ]*Event[, {]/).map { String($0.1) }
            }
        #expect(Set(declared) == Set(Program.gatehouse.modules.events.map { "\($0)" }))
        #expect(Set(EventPath.all.flatMap { $0.events.map { "\($0)" } }) == Set(declared))
    }

    @Test func `releases and erasures cannot be refused`() {
        let final = Listening.heard.filter { !($0 is any RefusableEvent.Type) }.map { "\($0)" }
        #expect(
            Set(final) == [
                "EmailReleased", "AccountTakenOver", "AccountErased", "IdentityUnlinked", "OrganizationErased",
                "InvitationRevoked", "ProjectPurged", "RegistrationRejected", "SessionEnded", "AllSessionsEnded",
            ])
    }

    @Test func `a sign-in refused by a hook is audited, and leaves no session`() throws {
        let world = try ListenedApplication()
        let account = try TestAccount(in: world.app, email: world.newAddress)
        try world.refuse(UserSignedIn.self)
        let sessions = try world.app.value("SELECT COUNT(*) FROM sessions")
        #expect(account.logIn().errorCode == "REFUSED_USERSIGNEDIN")
        #expect(try world.app.value("SELECT COUNT(*) FROM sessions") == sessions)
        #expect(try world.app.audited(.loginRefused) == 1)
    }

    @Test func `a first verification by a change of address has the new address`() throws {
        let app = try TestApplication(modules: [Leavers.self])
        #expect(EventPath.register("ada@example.com", in: app).status == .created)
        let token = try app.mailToken(for: "ada@example.com", .changeEmail, newEmail: "ada@example.org")
        let answer = app.send(
            .post, "/api/v1/auth/confirm-email",
            ["token": .string(token.text), "password": .string(TestAccount.password)])
        #expect(answer.status == .ok, "\(answer.json)")
        #expect(try Leavers.left(in: app) == ["verified ada@example.org"])
    }

    @Test func `jobs that hooks add during an erasure stay`() throws {
        let app = try TestApplication(modules: [Leavers.self])
        let (owner, member) = (
            try Person(TestAccount(in: app, email: "owner@example.com")),
            try Person(TestAccount(in: app, email: "member@example.com"))
        )
        try TestOrganization(by: owner, slug: "engines").add(member, as: .member)
        try member.mark(.deleted)
        let db = app.database.connection()
        defer { db.close() }
        try db.execute("DELETE FROM jobs")
        try db.execute("UPDATE users SET deleted_at = NOW(6) - INTERVAL 31 DAY WHERE status = 'deleted'")
        try EraseDeletedAccounts().run(.test(app))
        #expect(try Leavers.left(in: app) == ["left", "erased"])
    }

    @Test func `a change outside a transaction is refused`() throws {
        let app = try TestApplication()
        let user = UserReference(id: 1, publicID: UUID.v7())
        #expect(throws: EventOutsideTransaction.self) {
            try Hooks.none.fire(
                AccountDeleted(user: user, cause: .request), by: .program, in: app.database.connection())
        }
    }

    @Test func `an event without hooks is audited, with its actor`() throws {
        let (app, actor) = (try TestApplication(), UUID.v7())
        let origin = Origin(requestID: "r-1", address: "192.0.2.1", userAgent: "")
        try app.database.connection().transaction { db in
            let event = MemberLeft(organization: .example, user: .example, role: .member, cause: .left)
            try Hooks.none.fire(event, by: AuditActor(actor, from: origin), in: db)
        }
        let found = try app.value(
            """
            SELECT COUNT(*) FROM audit_events
            WHERE action = 'member.left' AND actor_id = \(actor) AND target_id = \(UUID.example)
              AND request_id = 'r-1' AND JSON_VALUE(details, '$.role') = 'member'
            """)
        #expect(found == 1)
    }

    @Test func `a hook knows the actor of the change`() throws {
        let app = try TestApplication(modules: [Promoting.self])
        let admin = try TestUser(in: app, email: "admin@example.com", role: "admin")
        #expect(admin.send(.post, "/users", ["email": "ada@example.com", "name": "Ada"]).status == .created)
        let changed = try app.value(
            "SELECT COUNT(*) FROM audit_events WHERE action = 'user.role_changed' AND actor_id = \(admin.id)")
        #expect(changed == 1)
    }

    @Test func `what an operator insists on is the named change, and not those of hooks`() throws {
        let app = try TestApplication()
        let hooks = Hooks(
            [.inTransaction(MemberLeft.self) { _, context in #expect(!context.actor.isForced) }],
            on: [MemberLeft.self], settings: .defaults(of: Program.gatehouse.moduleSettings))
        try app.database.connection().transaction { db in
            let event = MemberLeft(organization: .example, user: .example, role: .member, cause: .left)
            try hooks.fire(event, by: .command(isForced: true), in: db)
        }
    }
}

/// A module that gives a role to everybody for whom an administrator makes an account.
private struct Promoting: Module {
    static let hooks: [Hook] = [
        .inTransaction(AccountCreated.self, errors: [.conflict]) { event, context in
            guard event.origin == .administrator else { return }
            try AccountStanding.setRole(
                of: event.user, to: "support", by: context.actor, telling: context.hooks, in: context.db)
        }
    ]

    init(_ services: Services) {}
}

/// A module that adds a job for each event that it hears.
private struct Leavers: Module {
    static let jobs: [any Job.Type] = [Note.self]
    static let hooks: [Hook] = [
        .afterCommit(MemberLeft.self) { Note(user: $0.user.id, text: "left") },
        .afterCommit(AccountErased.self) { Note(user: $0.user.id, text: "erased") },
        .afterCommit(EmailVerified.self) { Note(user: $0.user.id, text: "verified \($0.email)") },
    ]

    init(_ services: Services) {}

    /// The contents of the jobs that were added.
    static func left(in app: TestApplication) throws -> [String] {
        let db = app.database.connection()
        defer { db.close() }
        return try db.all("SELECT JSON_VALUE(payload, '$.text') FROM jobs WHERE kind = \(Note.kind) ORDER BY id")
    }

    struct Note: Job {
        static let kind = "leavers.note"

        let user: UInt64
        let text: String

        var subjects: [JobSubject] { [.user(user)] }

        func run(_ context: JobContext) {}
    }
}
