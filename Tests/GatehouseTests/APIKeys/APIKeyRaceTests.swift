import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

/// Whoever may no longer administer an organization gets none of its keys, whatever else happens at that moment.
@Suite struct APIKeyRaceTests {
    /// The number of requests that get the lock of one row, one after the other, within the 3 seconds that a statement
    /// waits.
    private static let count = 64

    private let app: TestApplication
    private let (owner, admin): (Person, Person)
    private let organization: TestOrganization

    init() throws {
        let app = try TestApplication()
        self.app = app
        (owner, admin) = (try Person("owner", in: app), try Person("admin", in: app))
        organization = try TestOrganization(by: owner)
        try organization.add(admin, as: .admin)
    }

    private func makeKey(by person: Person) -> Response {
        let body: JSON = ["name": "robot", "scopes": ["projects:read"], "organizationId": .string(organization.id)]
        return person.send(.post, "/api-keys", body)
    }

    private func keys() throws -> Int { try app.value("SELECT COUNT(*) FROM api_keys") }

    /// The ways in which a member loses the right to administer an organization.
    enum Fall: CaseIterable {
        case removed, demoted, deletedOrganization

        func statement(about person: UInt64, in organization: UInt64) -> SQL {
            switch self {
            case .removed:
                "DELETE FROM organization_members WHERE user_id = \(person) AND organization_id = \(organization)"
            case .demoted:
                """
                UPDATE organization_members SET role = 'member'
                WHERE user_id = \(person) AND organization_id = \(organization)
                """
            case .deletedOrganization: "DELETE FROM organizations WHERE id = \(organization)"
            }
        }

        var code: String { self == .demoted ? "FORBIDDEN" : "NOT_FOUND" }
    }

    /// The actions on the keys of an organization.
    enum Act: CaseIterable {
        case make, rotate, revoke
    }

    @Test(arguments: Fall.allCases, Act.allCases)
    func `a member who loses the right while the request waits gets nothing`(fall: Fall, act: Act) throws {
        _ = try organization.key(by: owner, scopes: ["projects:read"])
        let id = try app.value("SELECT public_id FROM api_keys", as: UUID.self)
        let (personID, organizationID) = (try admin.internalID(), try organization.internalID())
        let answer = try app.answer(
            heldUpBy: "UPDATE organizations SET version = version + 1 WHERE id = \(organizationID)",
            fall.statement(about: personID, in: organizationID)
        ) {
            switch act {
            case .make: makeKey(by: admin)
            case .rotate: admin.send(.post, "/api-keys/\(id)/rotate")
            case .revoke: admin.send(.delete, "/api-keys/\(id)")
            }
        }
        #expect(answer?.errorCode == fall.code, "\(String(describing: answer?.json))")
        let untouched: Int = try app.value("SELECT COUNT(*) FROM api_keys WHERE version = 1 AND revoked_at IS NULL")
        #expect(try keys() == untouched)
        #expect(untouched == (fall == .deletedOrganization ? 0 : 1))
    }

    @Test func `a removed member makes no key afterwards`() throws {
        let answers = try inParallel(Self.count) { index in
            index == 0 ? owner.send(.delete, organization.path(of: admin)) : makeKey(by: admin)
        }.map { try $0.get() }
        #expect(answers[0].status == .noContent)
        let made = answers.count { $0.status == .created }
        #expect(answers.count { $0.errorCode == "NOT_FOUND" } == Self.count - 1 - made, "\(answers.map(\.json))")
        #expect(try keys() == made)
        #expect(try late(APIKeyCreated.action, after: .memberRemoved) == 0)
    }

    @Test func `a removed member replaces no key afterwards`() throws {
        _ = try organization.key(by: owner, scopes: ["projects:read"])
        let id = try app.value("SELECT public_id FROM api_keys", as: UUID.self)
        let answers = try inParallel(Self.count) { index in
            index == 0
                ? owner.send(.delete, organization.path(of: admin)) : admin.send(.post, "/api-keys/\(id)/rotate")
        }.map { try $0.get() }
        let rotated = answers.count { $0.status == .created }
        #expect(answers.count { $0.errorCode == "NOT_FOUND" } == Self.count - 1 - rotated, "\(answers.map(\.json))")
        #expect(try late(APIKeyRotated.action, after: .memberRemoved) == 0)
    }

    @Test func `a deleted organization has no keys left`() throws {
        let answers = try inParallel(Self.count) { index in
            index == 0
                ? owner.send(.delete, organization.path()) : makeKey(by: index.isMultiple(of: 2) ? owner : admin)
        }.map { try $0.get() }
        #expect(answers[0].status == .noContent)
        let made = answers.count { $0.status == .created }
        #expect(answers.count { $0.errorCode == "NOT_FOUND" } == Self.count - 1 - made, "\(answers.map(\.json))")
        #expect(try keys() == 0)
    }

    /// The number of audit events that come after the event that should have prevented them.
    private func late(_ action: AuditAction, after end: AuditAction) throws -> Int {
        try app.value(
            """
            SELECT COUNT(*) FROM audit_events ending JOIN audit_events late ON late.id > ending.id
            WHERE ending.action = \(end.rawValue) AND late.action = \(action.rawValue)
            """)
    }
}
