import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

@Suite struct UserAdministrationTests {
    private let app: TestApplication
    private let admin: Administration
    private let db: Connection

    init() throws {
        app = try TestApplication()
        admin = try administration(of: app)
        db = app.database.connection()
    }

    private func new(_ email: String, role: String = "user", isVerified: Bool = true, password: String? = nil)
        -> Administration.NewUser
    {
        Administration.NewUser(
            email: email, name: "Ada Lovelace", role: role, isVerified: isVerified, password: password)
    }

    private func actions(_ id: String?) throws -> [String] {
        try db.all("SELECT action FROM audit_events WHERE target_id = \(id) AND actor_id IS NULL ORDER BY id")
    }

    @Test func `an account made as verified can sign in at once`() throws {
        let made = try admin.createUser(new("ada@example.com", password: TestAccount.password))
        #expect(made["data"]?["emailVerified"] == true)
        let answer = app.send(
            .post, "/api/v1/auth/login",
            ["email": "ada@example.com", "password": .string(TestAccount.password)])
        #expect(answer.status == .ok)
        #expect(try db.first("SELECT COUNT(*) FROM jobs", as: Int.self) == 0)
        #expect(try actions(made["data"]?["id"]?.string) == ["user.created"])
    }

    @Test func `an unverified account gets the mail of registration, one without a password an invitation`() throws {
        _ = try admin.createUser(new("ada@example.com", isVerified: false, password: TestAccount.password))
        #expect(try db.all("SELECT kind FROM jobs", as: String.self) == [SendVerificationMail.kind])
        try db.execute("DELETE FROM jobs")
        _ = try admin.createUser(new("eve@example.com", isVerified: false))
        #expect(try db.all("SELECT kind FROM jobs", as: String.self) == [SendAccountInvitation.kind])
    }

    @Test func `one of several who make the same account succeeds`() throws {
        let app = app
        let failures = try failuresInParallel(8) { number in
            let email = number.isMultiple(of: 2) ? "ada@example.com" : "ADA@example.com"
            _ = try administration(of: app).createUser(
                Administration.NewUser(
                    email: email, name: "Ada", role: "user", isVerified: true, password: nil))
        }
        #expect(failures.count { $0 == nil } == 1)
        for case let failure? in failures {
            guard case .emailTaken? = failure as? AdministrationError else {
                Issue.record("\(failure)")
                continue
            }
        }
    }

    @Test(
        arguments: [
            ("not an address", "Ada", nil), ("ada@example.com", "", nil), ("ada@example.com", " ", nil),
            ("ada@example.com", "A\nB", nil), ("ada@example.com", String(repeating: "a", count: 101), nil),
            ("ada@example.com", "Ada", "password1"), ("ada@example.com", "Ada", "short"),
        ] as [(String, String, String?)])
    func `what the API refuses is refused here too`(email: String, name: String, password: String?) throws {
        #expect(throws: AdministrationError.self) {
            try admin.createUser(
                Administration.NewUser(email: email, name: name, role: "user", isVerified: true, password: password))
        }
        #expect(try db.first("SELECT COUNT(*) FROM users", as: Int.self) == 0)
    }

    @Test func `suspending refuses fresh tokens at once and activating does not restore them`() throws {
        let account = try TestAccount(in: app)
        let session = try account.signIn()
        #expect(try admin.suspendUser(account.email, force: false)["data"]?["status"] == "suspended")
        #expect(app.send(.get, "/api/v1/users/me", token: session.accessToken).errorCode == "TOKEN_REVOKED")
        #expect(try db.first("SELECT revoked_reason FROM sessions", as: String.self) == "suspended")

        #expect(try admin.activateUser(account.email)["data"]?["status"] == "active")
        let refreshed = app.send(
            .post, "/api/v1/auth/refresh", ["refreshToken": .string(session.refreshToken)])
        #expect(refreshed.errorCode == "TOKEN_REVOKED")
        #expect(app.send(.get, "/api/v1/users/me", token: try account.signIn().accessToken).status == .ok)
    }

    @Test func `a change without effect leaves no trace`() throws {
        let account = try TestAccount(in: app)
        let id = try admin.showUser(account.email)["data"]?["id"]?.string
        _ = try admin.activateUser(account.email)
        _ = try admin.setRole(of: account.email, to: "user", force: false)
        _ = try admin.revokeSessions(of: account.email, revokesAPIKeys: true)
        #expect(try actions(id) == [])
        _ = try admin.suspendUser(account.email, force: false)
        _ = try admin.suspendUser(account.email, force: false)
        #expect(try actions(id) == ["user.suspended"])
    }

    @Test func `a changed role voids tokens with the old one and keeps the session`() throws {
        let account = try TestAccount(in: app)
        let session = try account.signIn()
        _ = try admin.setRole(of: account.email, to: "support", force: false)
        #expect(app.send(.get, "/api/v1/users/me", token: session.accessToken).errorCode == "TOKEN_REVOKED")
        let refreshed = app.send(
            .post, "/api/v1/auth/refresh", ["refreshToken": .string(session.refreshToken)])
        let token = try #require(refreshed.json["data"]?["tokens"]?["accessToken"]?.string, "\(refreshed.json)")
        #expect(app.send(.get, "/api/v1/users/me", token: token).json["data"]?["role"] == "support")
    }

    @Test func `the audit of a changed role has the former one`() throws {
        let account = try TestAccount(in: app)
        _ = try admin.setRole(of: account.email, to: "support", force: false)
        #expect(try app.details(RoleChanged.action) == [["from": "user", "role": "support", "by": "command"]])
    }

    @Test func `setting a password ends sessions and links and notifies the owner`() throws {
        let account = try TestAccount(in: app)
        let session = try account.signIn()
        _ = try admin.setPassword(of: account.email, to: "battery horse staple correct")
        #expect(app.send(.get, "/api/v1/users/me", token: session.accessToken).errorCode == "TOKEN_REVOKED")
        let answer = app.send(
            .post, "/api/v1/auth/login",
            ["email": .string(account.email), "password": "battery horse staple correct"])
        #expect(answer.status == .ok)
        let notices = try db.first(
            "SELECT COUNT(*) FROM jobs WHERE kind = \(SendPasswordChangedNotice.kind)", as: Int.self)
        #expect(notices == 1)
    }

    @Test func `a deleted account can be restored within its grace period and not afterwards`() throws {
        let account = try TestAccount(in: app)
        let session = try account.signIn()
        #expect(try admin.deleteUser(account.email, force: false)["data"]?["status"] == "deleted")
        #expect(app.send(.get, "/api/v1/users/me", token: session.accessToken).errorCode == "TOKEN_REVOKED")
        #expect(throws: AdministrationError.isDeleted(account.email)) {
            try admin.suspendUser(account.email, force: false)
        }
        #expect(try admin.activateUser(account.email)["data"]?["deletedAt"] == .null)
        #expect(app.send(.get, "/api/v1/users/me", token: try account.signIn().accessToken).status == .ok)

        _ = try admin.deleteUser(account.email, force: false)
        try db.execute("UPDATE users SET deleted_at = NOW(6) - INTERVAL 31 DAY")
        #expect(throws: AdministrationError.isPastGrace(account.email)) { try admin.activateUser(account.email) }
    }

    @Test func `one of several administrators who leave at the same moment stays`() throws {
        let emails = (1...6).map { "admin\($0)@example.com" }
        for email in emails { _ = try admin.makeAdministrator(email) }
        let app = app
        let failures = try failuresInParallel(emails.count) { number in
            let admin = try administration(of: app)
            switch number % 3 {
            case 0: _ = try admin.suspendUser(emails[number], force: false)
            case 1: _ = try admin.setRole(of: emails[number], to: "user", force: false)
            default: _ = try admin.deleteUser(emails[number], force: false)
            }
        }
        #expect(failures.compactMap { $0 as? AdministrationError } == [.lastAdministrator])
        #expect(failures.count { $0 == nil } == emails.count - 1)
        let left = try db.first(
            "SELECT COUNT(*) FROM users WHERE role = 'admin' AND status = 'active'", as: Int.self)
        #expect(left == 1)
    }

    @Test func `the last administrator can leave only by force`() throws {
        let id = try #require(try admin.makeAdministrator("grace@example.com"))
        #expect(throws: AdministrationError.lastAdministrator) { try admin.suspendUser(id, force: false) }
        #expect(try admin.setRole(of: id, to: "admin", force: false)["data"]?["role"] == "admin")
        #expect(try admin.suspendUser(id, force: true)["data"]?["status"] == "suspended")
    }

    @Test func `a list can be filtered and continued after its last account`() throws {
        for number in 1...5 { _ = try admin.createUser(new("ada_\(number)@example.com")) }
        _ = try admin.createUser(new("adax1@example.com", role: "support"))
        var filter = Administration.UserFilter(limit: 2)
        filter.emailPrefix = "ADA_"
        var seen: [String] = []
        repeat {
            let page = try admin.listUsers(filter)
            guard case .array(let users)? = page["data"] else { break }
            seen += users.compactMap { $0["email"]?.string }
            filter.after = page["meta"]?["next"]?.string.flatMap(UUID.init(uuidString:))
        } while filter.after != nil
        #expect(seen == (1...5).map { "ada_\($0)@example.com" })

        var support = Administration.UserFilter(limit: 10)
        support.role = "support"
        #expect(try admin.listUsers(support)["data"] == .array([try admin.findUser("adax1@example.com")]))
    }

    @Test func `a list of an unknown role is refused`() throws {
        var filter = Administration.UserFilter(limit: 10)
        filter.role = "nope"
        #expect(throws: AdministrationError.noSuchRole("nope")) { try admin.listUsers(filter) }
    }

    @Test func `ending sessions reports how many there were, and how many keys`() throws {
        let user = try TestUser(in: app, email: "ada@example.com")
        _ = try user.withKey(["account:read"])
        #expect(
            try admin.revokeSessions(of: "ada@example.com", revokesAPIKeys: true)["meta"]
                == ["endedSessions": 1, "revokedApiKeys": 1])
        #expect(
            try admin.revokeSessions(of: "ada@example.com", revokesAPIKeys: true)["meta"]
                == ["endedSessions": 0, "revokedApiKeys": 0])
    }

    @Test(arguments: [(1, "of 1 organization with"), (2, "of 2 organizations with")])
    func `organizations are counted in plain English`(count: Int, words: String) {
        #expect(AdministrationError.lastOwner(count).description.contains(words))
    }

    @Test func `an account shows its live sessions and its last sign-in`() throws {
        let account = try TestAccount(in: app)
        #expect(try admin.showUser(account.email)["data"]?["lastSignInAt"] == .null)
        _ = try account.signIn()
        _ = try account.signIn()
        let shown = try admin.showUser(account.email)
        #expect(shown["data"]?["liveSessions"] == 2)
        #expect(shown["data"]?["lastSignInAt"]?.string != nil)
        #expect(throws: AdministrationError.noSuchUser("bob@example.com")) { try admin.showUser("bob@example.com") }
        #expect(throws: AdministrationError.notAUser("bob")) { try admin.showUser("bob") }
    }
}

extension Administration {
    /// An account as a list shows it.
    fileprivate func findUser(_ email: String) throws -> JSON {
        try find(email).json
    }
}
