import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

/// Invitations end with the reason for which they were sent.
@Suite struct InvitationEndingTests {
    private let app: TestApplication
    private let db: Connection
    /// A second account of the person `admin`, with another address.
    private let (owner, admin, second): (Person, Person, Person)
    private let organization: TestOrganization

    init() throws {
        app = try TestApplication()
        db = app.database.connection()
        owner = try Person("owner", in: app)
        admin = try Person("admin", in: app)
        second = try Person("second", in: app)
        organization = try TestOrganization(by: owner)
    }

    /// The ways in which somebody loses the right to invite.
    enum Ending: CaseIterable {
        case removed, left, demoted, transferred, organizationDeleted
        case deletedByThemselves, deletedByAdministrator, deletedByCommand, erased
        case suspendedByAdministrator, suspendedByCommand

        /// Whether invitations to their address end too; not if they can return to what they had.
        var endsReceived: Bool { ![.suspendedByAdministrator, .suspendedByCommand].contains(self) }
    }

    private func end(_ ending: Ending) throws {
        let answer: Response
        switch ending {
        case .removed: answer = owner.send(.delete, organization.path(of: admin))
        case .left: answer = admin.send(.post, organization.path("/leave"))
        case .demoted: answer = owner.send(.patch, organization.path(of: admin), ["role": "member"])
        case .transferred:
            try db.execute("UPDATE organization_members SET role = 'owner'")
            let body: JSON = ["userId": .string(owner.id)]
            answer = admin.send(.post, organization.path("/transfer-ownership"), body)
        case .organizationDeleted: answer = owner.send(.delete, organization.path())
        case .deletedByThemselves: answer = admin.deleteAccount()
        case .deletedByAdministrator, .suspendedByAdministrator:
            let boss = try TestUser(in: app, email: "boss@example.com", role: "admin")
            answer =
                ending == .deletedByAdministrator
                ? boss.send(.delete, "/users/\(admin.id)")
                : boss.send(.patch, "/users/\(admin.id)", ["status": "suspended"])
        case .deletedByCommand:
            _ = try administration(of: app).deleteUser(admin.email, force: false)
            return
        case .suspendedByCommand:
            _ = try administration(of: app).suspendUser(admin.email, force: false)
            return
        case .erased: return try admin.erase()
        }
        try #require([.ok, .noContent].contains(answer.status), "\(answer.json)")
    }

    @Test(arguments: Ending.allCases)
    func `somebody who may not invite any more has no open invitation, under any address`(ending: Ending) throws {
        // Sent before they joined in another way, so that it is still open.
        let received = try organization.link(for: admin.email, as: "admin", by: owner)
        try organization.add(admin, as: .admin)
        let sent = try organization.link(for: second.email, as: "admin", by: admin)
        let others = try organization.link(for: "grace@example.com", by: owner)
        try end(ending)

        #expect(second.accept(sent).errorCode == "UNPROCESSABLE")
        #expect(try organization.role(of: second) == nil)
        let open = try db.all("SELECT email FROM invitations ORDER BY id", as: String.self)
        let left = ending == .organizationDeleted ? [] : ending.endsReceived ? [] : [admin.email]
        #expect(open == left + (ending == .organizationDeleted ? [] : ["grace@example.com"]))
        if [.removed, .left].contains(ending) {
            #expect(admin.accept(received).errorCode == "UNPROCESSABLE")
            #expect(try organization.role(of: admin) == nil)
        }
        // Each is named by an event about its sender; those of an organization end with its event.
        let told = try app.value(
            """
            SELECT COALESCE(SUM(JSON_LENGTH(details, '$.invitationIds')), 0) FROM audit_events
            WHERE action = 'invitation.all_revoked' AND target_id = \(admin.id)
            """)
        #expect(told == (ending == .organizationDeleted ? 0 : ending.endsReceived ? 2 : 1))
        #expect(try app.audited(OrganizationDeleted.action) == (ending == .organizationDeleted ? 1 : 0))
        if ending != .organizationDeleted {
            let grace = try Person("grace", in: app)
            #expect(grace.accept(others).status == .ok)
        }
    }

    @Test func `a higher role ends no invitation`() throws {
        try organization.add(admin, as: .admin)
        let sent = try organization.link(for: second.email, by: admin)
        #expect(owner.send(.patch, organization.path(of: admin), ["role": "owner"]).status == .ok)
        #expect(second.accept(sent).status == .ok)
        #expect(try app.audited(.invitationsRevoked) == 0)
    }

    @Test func `invitations to other organizations stay when a membership ends`() throws {
        let other = try TestOrganization(by: admin, slug: "other")
        try organization.add(admin, as: .admin)
        let sent = try other.link(for: second.email, by: admin)
        try end(.removed)
        #expect(second.accept(sent).status == .ok)
    }

    @Test func `giving up an address ends the invitations sent, and keeps those to the address`() throws {
        try organization.add(admin, as: .admin)
        _ = try organization.link(for: second.email, by: admin)
        let other = try TestOrganization(by: owner, slug: "other")
        _ = try other.link(for: admin.email, by: owner)
        try db.execute(
            """
            UPDATE users SET email_verified_at = NULL, created_at = NOW(6) - INTERVAL 25 HOUR
            WHERE email = \(admin.email)
            """)
        let user = try #require(try UserRepository.find(admin.internalID(), in: db))
        try db.transaction { db in
            try AccountErasure.run(
                user.reference, because: .replacement, by: .program, erasure: Program.gatehouse.modules,
                telling: .none, in: db)
        }
        #expect(try db.all("SELECT email FROM invitations", as: String.self) == [admin.email])
    }

    @Test func `many invitations are audited in events of a hundred`() throws {
        try organization.add(admin, as: .admin)
        try db.execute(
            """
            INSERT INTO invitations (public_id, organization_id, email, email_key, role, invited_by, expires_at)
            SELECT UUID(), \(organization.internalID()), CONCAT(seq, '@example.com'), CONCAT(seq, '@example.com'),
                   'member', \(admin.internalID()), NOW(6) + INTERVAL 7 DAY FROM seq_1_to_250
            """)
        try end(.removed)
        let parts = try db.all(
            """
            SELECT JSON_LENGTH(details, '$.invitationIds') FROM audit_events
            WHERE action = 'invitation.all_revoked' ORDER BY id
            """, as: Int.self)
        #expect(parts == [100, 100, 50])
    }

    // MARK: - At accepting

    /// What may happen to a sender outside the program, and the highest role that they may still give.
    @Test(
        arguments: [
            ("UPDATE organization_members SET role = 'member' WHERE role = 'admin'", "viewer", false),
            ("UPDATE organization_members SET role = 'viewer' WHERE role = 'admin'", "viewer", false),
            ("DELETE FROM organization_members WHERE role = 'admin'", "viewer", false),
            ("UPDATE users SET status = 'suspended' WHERE email LIKE 'admin@%'", "viewer", false),
            (
                "UPDATE users SET status = 'deleted', deleted_at = NOW(6) WHERE email LIKE 'admin@%'", "viewer",
                false
            ),
            ("UPDATE organization_members SET role = 'owner' WHERE role = 'admin'", "admin", true),
            ("DO 0", "admin", true), ("DO 0", "viewer", true),
        ] as [(SQL, String, Bool)])
    func `an invitation gives what its sender may still give`(change: SQL, role: String, isGood: Bool) throws {
        try organization.add(admin, as: .admin)
        let sent = try organization.link(for: second.email, as: role, by: admin)
        try db.execute(change)
        let answer = second.accept(sent)
        #expect(answer.status == (isGood ? .ok : .unprocessableContent), "\(answer.json)")
        #expect(try organization.role(of: second)?.rawValue == (isGood ? role : nil))
    }

    @Test(
        arguments: [
            ("UPDATE api_keys SET revoked_at = NOW(6)", false), ("UPDATE api_keys SET expires_at = NOW(6)", false),
            ("DELETE FROM api_keys", false), ("UPDATE api_keys SET last_used_at = NOW(6)", true),
        ] as [(SQL, Bool)])
    func `an invitation by a key of the organization is valid while the key is`(change: SQL, isGood: Bool) throws {
        let key = try organization.key(by: owner, scopes: ["organizations:write"])
        let answer = app.send(
            .post, "/api/v1" + organization.path("/invitations"),
            ["email": .string(second.email), "role": "admin"], token: key)
        let id = try #require(answer.id, "\(answer.json)")
        #expect(answer.json["data"]?["invitedBy"] == .null)
        let (token, emailKey) = (OpaqueToken(.invitation), try #require(EmailAddress(second.email)).key)
        #expect(try InvitationRepository.store(token, for: id, emailKey: emailKey, in: db) != nil)
        try db.execute(change)
        #expect((second.accept(token).status == .ok) == isGood)
        #expect(try organization.role(of: second) == (isGood ? .admin : nil))
    }

    // MARK: - Races

    @Test(arguments: [Ending.removed, .left, .demoted, .deletedByThemselves])
    func `nobody joins by an invitation whose sender leaves at the same moment`(ending: Ending) throws {
        for round in 1...6 {
            let sender = try Person("sender-\(round)", in: app)
            let guest = try Person("guest-\(round)", in: app)
            try organization.add(sender, as: .admin)
            let link = try organization.link(for: guest.email, as: "admin", by: sender)
            let (owner, organization) = (owner, organization)
            let answers = try inParallel(6) { index -> Response in
                guard index == 3 else { return guest.accept(link) }
                return switch ending {
                case .left: sender.send(.post, organization.path("/leave"))
                case .demoted: owner.send(.patch, organization.path(of: sender), ["role": "viewer"])
                case .deletedByThemselves: sender.deleteAccount()
                default: owner.send(.delete, organization.path(of: sender))
                }
            }.map { try $0.get() }
            #expect([.ok, .noContent].contains(answers[3].status), "\(answers[3].json)")
            let joined = answers.enumerated().count { $0.offset != 3 && $0.element.status == .ok }
            #expect(joined <= 1)
            #expect(try organization.role(of: guest) == (joined == 1 ? .admin : nil))
        }
        let late = try app.value(
            """
            SELECT COUNT(*) FROM audit_events ending JOIN audit_events late ON late.id > ending.id
            JOIN audit_events sent ON sent.target_id = late.target_id AND sent.action = 'invitation.sent'
            WHERE ending.action IN ('member.removed', 'member.left', 'member.role_changed', 'user.deleted')
              AND ending.target_id = sent.actor_id AND late.action = 'invitation.accepted'
            """)
        #expect(late == 0)
        #expect(try app.value("SELECT COUNT(*) FROM invitations") == 0)
    }

    @Test(
        arguments: [
            "UPDATE organization_members SET role = 'member' WHERE role = 'admin'",
            "DELETE FROM organization_members WHERE role = 'admin'",
            "UPDATE users SET status = 'suspended' WHERE email LIKE 'admin@%'",
        ] as [SQL])
    func `rights that a sender loses while somebody waits to accept are lost`(change: SQL) throws {
        try organization.add(admin, as: .admin)
        let sent = try organization.link(for: second.email, as: "admin", by: admin)
        let (second, id) = (second, try organization.internalID())
        let answer = try app.answer(
            heldUpBy: "UPDATE organizations SET version = version + 1 WHERE id = \(id)", change
        ) { second.accept(sent) }
        #expect(answer?.errorCode == "UNPROCESSABLE", "\(String(describing: answer?.json))")
        #expect(try organization.role(of: second) == nil)
    }
}
