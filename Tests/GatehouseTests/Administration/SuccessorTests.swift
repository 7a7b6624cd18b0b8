import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

/// An administrator or owner can leave only if another remains who can act. Whether somebody can sign in to the other
/// account decides, in each way of leaving.
@Suite struct SuccessorTests {
    /// An account that remains when somebody leaves.
    struct Successor: Sendable, CustomTestStringConvertible {
        var status = User.Status.active
        var hasPassword = true
        var isVerified = true
        var needsVerification = true

        /// Whether somebody can sign in to the account.
        let counts: Bool

        var testDescription: String {
            "\(status), password: \(hasPassword), verified: \(isVerified), must be: \(needsVerification)"
        }

        static let all = [
            Successor(counts: true),
            Successor(isVerified: false, counts: false),
            Successor(isVerified: false, needsVerification: false, counts: true),
            Successor(hasPassword: false, counts: false),
            Successor(hasPassword: false, needsVerification: false, counts: false),
            Successor(hasPassword: false, isVerified: false, counts: false),
            Successor(hasPassword: false, isVerified: false, needsVerification: false, counts: false),
            Successor(status: .suspended, counts: false),
            Successor(status: .suspended, needsVerification: false, counts: false),
            Successor(status: .deleted, counts: false),
        ]

        private var settings: [String: String] {
            ["GATEHOUSE_REQUIRE_VERIFIED_EMAIL": needsVerification ? "true" : "false"]
        }

        func application() throws -> TestApplication { try TestApplication(settings) }

        /// The commands of an operator under the same settings.
        func commands(_ app: TestApplication) throws -> Administration { try administration(of: app, settings) }

        /// Gives an account these properties.
        func describe(_ email: String, in app: TestApplication) throws {
            try app.database.connection().execute(
                """
                UPDATE users SET status = \(status), deleted_at = IF(\(status) = 'deleted', NOW(6), NULL),
                                 password_hash = IF(\(hasPassword ? 1 : 0), password_hash, NULL),
                                 email_verified_at = IF(\(isVerified ? 1 : 0), NOW(6), NULL)
                WHERE email = \(email)
                """)
        }
    }

    /// The ways in which somebody stops being an administrator.
    enum Fall: CaseIterable {
        case demotesThemselves, deletesThemselves, isDemoted, isSuspended, isDeleted
        case demotedByCommand, suspendedByCommand, deletedByCommand
        case demotedByModule, suspendedByModule
    }

    @Test(arguments: Successor.all)
    func `the last administrator whose account can be used cannot leave`(successor: Successor) throws {
        let app = try successor.application()
        let made = try TestUser(in: app, email: "last@example.com", role: "admin")
        _ = try TestUser(in: app, email: "other@example.com", role: "admin")
        let all: JSON = [
            "users:read", "users:write", "roles:read", "roles:write", "audit:read", "webhooks:read", "webhooks:write",
        ]
        #expect(made.send(.post, "/roles", ["name": "equal", "permissions": all]).status == .created)
        let equal = try TestUser(in: app, email: "equal@example.com", role: "equal")
        try successor.describe("other@example.com", in: app)
        for fall in Fall.allCases {
            try app.database.connection().execute(
                "UPDATE users SET role = 'admin', status = 'active', deleted_at = NULL WHERE public_id = \(made.id)")
            let hasFallen = try fell(fall, made.id, equal, successor.commands(app))
            #expect(hasFallen == successor.counts, "\(fall)")
            let isLeft = try app.value(
                "SELECT role = 'admin' AND status = 'active' FROM users WHERE public_id = \(made.id)", as: Bool.self)
            #expect(isLeft != successor.counts, "\(fall)")
        }
    }

    /// Whether the account last@example.com is no longer an administrator.
    private func fell(
        _ fall: Fall, _ id: UUID, _ equal: TestUser, _ commands: Administration
    ) throws -> Bool {
        let (app, path) = (equal.app, "/users/\(id)")
        let last = try Person(TestAccount(registeredIn: app, email: "last@example.com"))
        let answer: Response
        switch fall {
        case .demotesThemselves: answer = last.send(.patch, path, ["role": "user"])
        case .deletesThemselves: answer = last.deleteAccount()
        case .isDemoted: answer = equal.send(.patch, path, ["role": "user"])
        case .isSuspended: answer = equal.send(.patch, path, ["status": "suspended"])
        case .isDeleted: answer = equal.send(.delete, path)
        case .demotedByCommand, .suspendedByCommand, .deletedByCommand:
            do {
                switch fall {
                case .demotedByCommand: _ = try commands.setRole(of: last.email, to: "user", force: false)
                case .suspendedByCommand: _ = try commands.suspendUser(last.email, force: false)
                default: _ = try commands.deleteUser(last.email, force: false)
                }
                return true
            } catch AdministrationError.lastAdministrator {
                return false
            }
        case .demotedByModule, .suspendedByModule:
            let user = try last.reference()
            do {
                try app.database.connection().transaction { db in
                    if fall == .demotedByModule {
                        try AccountStanding.setRole(of: user, to: "user", by: .program, telling: app.hooks, in: db)
                    } else {
                        try AccountStanding.suspend(user, by: .program, telling: app.hooks, in: db)
                    }
                }
                return true
            } catch let error as APIError where error.code == .conflict {
                return false
            }
        }
        if answer.status == .conflict { return false }
        try #require([.ok, .noContent].contains(answer.status), "\(answer.json)")
        return true
    }

    @Test func `an administrator whose account cannot be used can leave whoever remains`() throws {
        let app = try TestApplication()
        let last = try TestUser(in: app, email: "last@example.com", role: "admin")
        let other = try TestUser(in: app, email: "other@example.com", role: "admin")
        try Successor(hasPassword: false, isVerified: false, counts: false).describe("other@example.com", in: app)
        #expect(last.send(.patch, "/users/\(other.id)", ["role": "user"]).status == .ok)
        #expect(last.send(.patch, "/users/\(last.id)", ["role": "user"]).errorCode == "CONFLICT")
    }

    @Test func `if no administrator's account can be used, the last one still cannot leave`() throws {
        let app = try TestApplication()
        let commands = try administration(of: app)
        let ids = try ["one@example.com", "two@example.com"].map { try #require(try commands.makeAdministrator($0)) }
        #expect(try commands.setRole(of: ids[0], to: "user", force: false)["data"]?["role"] == "user")
        #expect(throws: AdministrationError.lastAdministrator) {
            try commands.setRole(of: ids[1], to: "user", force: false)
        }
    }

    /// The ways in which somebody stops being an owner.
    enum OwnersFall: CaseIterable {
        case leaves, demotesThemselves, removesThemselves, deletesThemselves, isDeleted, deletedByCommand
    }

    @Test(arguments: Successor.all)
    func `the last owner whose account can be used cannot leave`(successor: Successor) throws {
        let app = try successor.application()
        let (owner, other) = (try Person("owner", in: app), try Person("other", in: app))
        let (viewer, admin) = (
            try Person("viewer", in: app), try TestUser(in: app, email: "admin@example.com", role: "admin")
        )
        let organization = try TestOrganization(by: owner)
        try organization.add(other, as: .owner)
        try organization.add(viewer, as: .viewer)
        try successor.describe(other.email, in: app)
        for fall in OwnersFall.allCases {
            try owner.mark(.active)
            try app.database.connection().execute(
                """
                INSERT INTO organization_members (organization_id, user_id, role)
                VALUES (\(organization.internalID()), \(owner.internalID()), 'owner')
                ON DUPLICATE KEY UPDATE role = 'owner'
                """)
            let again = try owner.signedInAgain()
            let hasFallen = try fell(fall, again, organization, admin, successor.commands(app))
            #expect(hasFallen == successor.counts, "\(fall)")
        }
    }

    private func fell(
        _ fall: OwnersFall, _ owner: Person, _ organization: TestOrganization, _ admin: TestUser,
        _ commands: Administration
    ) throws -> Bool {
        let answer: Response
        switch fall {
        case .leaves: answer = owner.send(.post, organization.path("/leave"))
        case .demotesThemselves: answer = owner.send(.patch, organization.path(of: owner), ["role": "admin"])
        case .removesThemselves: answer = owner.send(.delete, organization.path(of: owner))
        case .deletesThemselves: answer = owner.deleteAccount()
        case .isDeleted: answer = admin.send(.delete, "/users/\(owner.id)")
        case .deletedByCommand:
            do {
                _ = try commands.deleteUser(owner.email, force: false)
                return true
            } catch AdministrationError.lastOwner {
                return false
            }
        }
        if answer.errorCode == "LAST_OWNER" { return false }
        try #require([.ok, .noContent].contains(answer.status), "\(answer.json)")
        return true
    }

    @Test(arguments: Successor.all)
    func `an account that cannot be used does not become owner, and nobody joins without another owner`(
        successor: Successor
    ) throws {
        let app = try successor.application()
        let (owner, other) = (try Person("owner", in: app), try Person("other", in: app))
        let (admin, guest) = (try Person("admin", in: app), try Person("guest", in: app))
        let organization = try TestOrganization(by: owner)
        try organization.add(admin, other, as: .admin)
        let link = try organization.link(for: guest.email, by: admin)
        try successor.describe(other.email, in: app)
        let refusal = successor.status == .deleted ? "NOT_FOUND" : "CONFLICT"
        let raised = owner.send(.patch, organization.path(of: other), ["role": "owner"])
        #expect(raised.errorCode == (successor.counts ? nil : refusal))
        let transferred = owner.send(.post, organization.path("/transfer-ownership"), ["userId": .string(other.id)])
        #expect(transferred.errorCode == (successor.counts ? nil : refusal))
        if successor.counts { return }
        try app.database.connection().execute(
            """
            UPDATE organization_members m JOIN users u ON u.id = m.user_id SET m.role = 'owner'
            WHERE u.email = \(other.email)
            """)
        try owner.mark(.suspended)
        #expect(guest.accept(link).errorCode == "UNPROCESSABLE")
        try owner.mark(.active)
        #expect(guest.accept(link).status == .ok)
    }

    @Test func `the heir of an erased owner is somebody who can sign in`() throws {
        let app = try TestApplication()
        let (owner, silent, viewer) = (
            try Person("owner", in: app), try Person("silent", in: app), try Person("viewer", in: app)
        )
        let organization = try TestOrganization(by: owner)
        try organization.add(silent, as: .owner)
        try organization.add(viewer, as: .viewer)
        try Successor(hasPassword: false, isVerified: false, counts: false).describe(silent.email, in: app)
        try owner.erase()
        #expect(try organization.role(of: viewer) == .owner)
        #expect(try organization.role(of: silent) == .owner)
    }

    @Test(arguments: Successor.all)
    func `an owner that is erased has a successor unless another can sign in`(successor: Successor) throws {
        let app = try successor.application()
        let (owner, other, viewer) = (
            try Person("owner", in: app), try Person("other", in: app), try Person("viewer", in: app)
        )
        let organization = try TestOrganization(by: owner)
        try organization.add(other, as: .owner)
        try organization.add(viewer, as: .viewer)
        try successor.describe(other.email, in: app)
        try owner.erase()
        #expect(try organization.role(of: viewer) == (successor.counts ? .viewer : .owner))
    }
}
