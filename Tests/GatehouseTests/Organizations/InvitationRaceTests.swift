import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Threads
import Web

@testable import Gatehouse

/// Invitations while the account of a participant ends.
@Suite struct InvitationRaceTests {
    private let app: TestApplication
    private let owner: Person
    private let organization: TestOrganization

    init() throws {
        app = try TestApplication()
        owner = try Person("owner", in: app)
        organization = try TestOrganization(by: owner)
    }

    @Test func `nobody joins an organization whose owner is deleted at the same moment`() throws {
        for round in 1...8 {
            let (founder, guest) = (try Person("founder-\(round)", in: app), try Person("guest-\(round)", in: app))
            let organization = try TestOrganization(by: founder, slug: "engines-\(round)")
            let token = try organization.link(for: guest.email, as: "viewer", by: founder)
            let answers = try inParallel(8) { index in
                index == 0 ? founder.deleteAccount() : guest.accept(token)
            }.map { try $0.get() }
            let hasJoined = answers.contains { $0.status == .ok }
            #expect(try (organization.role(of: guest) != nil) == hasJoined)
            #expect(answers[0].status == (hasJoined ? .conflict : .noContent), "\(answers[0].json)")
            #expect(try organization.owners() == (hasJoined ? 1 : 0))
        }
    }

    /// The foreign key of `invited_by` locks the account too, but after the organization, unlike everything else.
    @Test func `the account of the sender is locked before the organization`() throws {
        let (isHeld, id, organizationID) = (Monitor(false), try owner.internalID(), try organization.internalID())
        let answers = try inParallel(2) { index -> Response? in
            if index == 0 {
                isHeld.wait { $0 ? () : nil }
                return organization.invite("grace@example.com", by: owner)
            }
            try app.database.connection().transaction { db in
                try OrganizationRepository.lock([organizationID], in: db)
                isHeld.update { $0 = true }
                let probe = app.database.connection()
                #expect(
                    eventually {
                        let free = try? probe.first(
                            "SELECT id FROM users WHERE id = \(id) FOR UPDATE NOWAIT", as: UInt64.self)
                        return free == nil
                    })
            }
            return nil
        }.map { try $0.get() }
        #expect(answers[0]?.status == .created)
    }

    @Test func `a deleted account invites nobody afterwards`() throws {
        let admin = try Person("admin", in: app)
        try organization.add(admin, as: .admin)
        let answers = try inParallel(24) { index in
            index == 0 ? admin.deleteAccount() : organization.invite("guest-\(index)@example.com", by: admin)
        }.map { try $0.get() }
        #expect(answers[0].status == .noContent)
        let late = try app.value(
            """
            SELECT COUNT(*) FROM audit_events deletion JOIN audit_events sent ON sent.id > deletion.id
            WHERE deletion.action = 'user.deleted' AND sent.action = 'invitation.sent'
            """)
        #expect(late == 0)
        #expect(answers.dropFirst().allSatisfy { $0.status == .created || $0.errorCode == "TOKEN_REVOKED" })
    }
}
