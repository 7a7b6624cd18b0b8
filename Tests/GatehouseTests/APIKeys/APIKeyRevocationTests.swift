import Database
import FoundationEssentials
import GatehouseTesting
import Logging
import Testing
import Web

@testable import Gatehouse

/// Which actions end a user's API keys, and which do not.
@Suite struct APIKeyRevocationTests {
    private let app: TestApplication
    private let db: Connection
    private let (ada, admin): (TestUser, TestUser)

    init() throws {
        app = try TestApplication()
        db = app.database.connection()
        ada = try TestUser(in: app, email: "ada@example.com")
        admin = try TestUser(in: app, email: "admin@example.com", role: "admin")
    }

    /// Actions that may end somebody's keys.
    enum Act: CaseIterable {
        case reset, change, changeWithKeys, logout, logoutWithKeys, everywhere, everywhereWithKeys
        case administrator, administratorWithKeys, command, commandWithKeys, setPassword, setPasswordWithKeys

        var endsKeys: Bool {
            switch self {
            case .reset, .changeWithKeys, .logoutWithKeys, .everywhereWithKeys, .administratorWithKeys,
                .commandWithKeys, .setPasswordWithKeys:
                true
            case .change, .logout, .everywhere, .administrator, .command, .setPassword: false
            }
        }
    }

    private static let newPassword = "battery horse staple correct"

    private func reset() throws -> Response {
        let token = try app.mailToken(for: "ada@example.com", .resetPassword)
        return app.send(
            .post, "/api/v1/auth/password-reset/confirm",
            ["token": .string(token.text), "newPassword": .string(Self.newPassword)])
    }

    private func change(_ more: [JSON.Member] = []) -> Response {
        ada.send(
            .post, "/users/me/password",
            .object(
                [
                    .init("currentPassword", .string(TestAccount.password)),
                    .init("newPassword", .string(Self.newPassword)),
                ] + more))
    }

    private func act(_ act: Act) throws {
        let answer: Response
        switch act {
        case .reset: answer = try reset()
        case .change: answer = change()
        case .changeWithKeys: answer = change([.init("revokeApiKeys", true)])
        case .logout: answer = ada.send(.post, "/auth/logout")
        case .logoutWithKeys: answer = ada.send(.post, "/auth/logout?revokeApiKeys=true")
        case .everywhere: answer = ada.send(.post, "/auth/logout?everywhere=true")
        case .everywhereWithKeys: answer = ada.send(.post, "/auth/logout?everywhere=true&revokeApiKeys=true")
        case .administrator: answer = admin.send(.post, "/users/\(ada.id)/sessions/revoke")
        case .administratorWithKeys:
            answer = admin.send(.post, "/users/\(ada.id)/sessions/revoke", ["revokeApiKeys": true])
        case .command, .commandWithKeys:
            _ = try administration(of: app).revokeSessions(
                of: "ada@example.com", revokesAPIKeys: act == .commandWithKeys)
            return
        case .setPassword, .setPasswordWithKeys:
            _ = try administration(of: app).setPassword(
                of: "ada@example.com", to: Self.newPassword, revokesAPIKeys: act == .setPasswordWithKeys)
            return
        }
        try #require([.ok, .noContent].contains(answer.status), "\(answer.json)")
    }

    @Test(arguments: Act.allCases)
    func `exactly the right actions end keys`(act: Act) throws {
        let organization = try #require(ada.send(.post, "/organizations", ["name": "Engines", "slug": "engines"]).id)
        let keys = try [ada.withKey(["account:read"]), ada.withKey(["account:read"])]
        let ofOrganization = try ada.withKey(["projects:read"], organization: organization)
        let ofAdmin = try admin.withKey(["account:read"])
        try self.act(act)
        for key in keys {
            #expect(key.send(.get, "/users/me").errorCode == (act.endsKeys ? "TOKEN_REVOKED" : nil))
        }
        #expect(ofOrganization.send(.get, "/projects").status == .ok)
        #expect(ofAdmin.send(.get, "/users/me").status == .ok)
        #expect(try app.audited(.apiKeysRevoked) == (act.endsKeys ? 1 : 0))
        if act.endsKeys {
            let told = try app.value(
                """
                SELECT JSON_LENGTH(details, '$.apiKeyIds') FROM audit_events
                WHERE action = 'api_key.all_revoked' AND target_id = \(ada.id)
                """)
            #expect(told == 2)
        }
    }

    @Test func `without keys nothing mentions them`() throws {
        try act(.reset)
        #expect(try app.audited(.apiKeysRevoked) == 0)
    }

    @Test func `no key is made or replaced while a reset ends them all`() throws {
        let key = try ada.withKey(["account:read"])
        let id = try app.value("SELECT public_id FROM api_keys", as: UUID.self)
        let ada = ada
        let token = try app.mailToken(for: "ada@example.com", .resetPassword)
        let answers = try inParallel(16) { [app] index in
            switch index {
            case 0:
                app.send(
                    .post, "/api/v1/auth/password-reset/confirm",
                    ["token": .string(token.text), "newPassword": .string(Self.newPassword)])
            case let index where index.isMultiple(of: 2): ada.send(.post, "/api-keys/\(id)/rotate")
            default: ada.send(.post, "/api-keys", ["name": "K", "scopes": ["account:read"]])
            }
        }.map { try $0.get() }
        #expect(answers[0].status == .ok, "\(answers[0].json)")
        let allowed: Set<String?> = [nil, "TOKEN_REVOKED", "NOT_FOUND"]
        #expect(Set(answers.map(\.errorCode)).isSubset(of: allowed), "\(answers.map(\.json))")
        #expect(try app.value("SELECT COUNT(*) FROM api_keys WHERE revoked_at IS NULL") == 0)
        #expect(key.send(.get, "/users/me").status == .unauthorized)
    }

    @Test(arguments: ["ended", "over"])
    func `a session that ends while its request waits makes no key`(how: String) throws {
        let (ada, ending): (TestUser, SQL) = (
            ada,
            how == "ended"
                ? "UPDATE sessions SET revoked_at = NOW(6), revoked_reason = 'password'"
                : "UPDATE sessions SET expires_at = NOW(6)"
        )
        let answer = try app.answer(
            heldUpBy: "UPDATE users SET locale = 'fr' WHERE public_id = \(ada.id)", ending
        ) { ada.send(.post, "/api-keys", ["name": "K", "scopes": ["account:read"]]) }
        #expect(answer?.errorCode == "TOKEN_REVOKED", "\(String(describing: answer?.json))")
        #expect(try app.value("SELECT COUNT(*) FROM api_keys") == 0)
    }

    // MARK: - Administrators

    @Test func `an administrator lists and revokes somebody's keys`() throws {
        let keys = try [ada.withKey(["account:read"]), ada.withKey(["projects:read"])]
        let own = ada.send(.get, "/api-keys").json["data"]
        let listed = admin.send(.get, "/users/\(ada.id)/api-keys")
        #expect(listed.status == .ok && listed.json["data"] == own)
        let id = try #require(listed.values("id").first)
        #expect(admin.send(.delete, "/users/\(ada.id)/api-keys/\(id)").status == .noContent)
        #expect(admin.send(.delete, "/users/\(ada.id)/api-keys/\(id)").errorCode == "NOT_FOUND")
        #expect(keys.count { $0.send(.get, "/projects").errorCode == "TOKEN_REVOKED" } == 1)
        #expect(admin.send(.get, "/users/\(ada.id)/api-keys").values("id").count == 1)
        let audited = try app.value(
            """
            SELECT COUNT(*) FROM audit_events WHERE action = 'api_key.revoked' AND actor_id = \(admin.id)
            AND target_id = \(id) AND JSON_VALUE(details, '$.userId') = \(ada.id.json.string)
            """)
        #expect(audited == 1)
    }

    @Test func `a user's key is found under that user only, and a key of an organization under none`() throws {
        let organization = try #require(ada.send(.post, "/organizations", ["name": "Engines", "slug": "engines"]).id)
        _ = try ada.withKey(["projects:read"], organization: organization)
        let mine = try #require(admin.send(.post, "/api-keys", ["name": "K", "scopes": ["account:read"]]).id)
        let theirs = try app.value("SELECT public_id FROM api_keys WHERE user_id IS NULL", as: UUID.self)
        #expect(admin.send(.get, "/users/\(ada.id)/api-keys").values("id") == [])
        for id in [mine, theirs] {
            #expect(admin.send(.delete, "/users/\(ada.id)/api-keys/\(id)").errorCode == "NOT_FOUND")
        }
        #expect(try app.value("SELECT COUNT(*) FROM api_keys WHERE revoked_at IS NULL") == 2)
        #expect(admin.send(.get, "/users/\(organization)/api-keys").errorCode == "NOT_FOUND")
    }

    @Test func `a caller with fewer permissions revokes nothing`() throws {
        #expect(
            admin.send(.post, "/roles", ["name": "helper", "permissions": ["users:read", "users:write"]]).status
                == .created)
        let helper = try TestUser(in: app, email: "helper@example.com", role: "helper")
        let id = try #require(admin.send(.post, "/api-keys", ["name": "K", "scopes": ["account:read"]]).id)
        #expect(helper.send(.get, "/users/\(admin.id)/api-keys").values("id").count == 1)
        #expect(helper.send(.delete, "/users/\(admin.id)/api-keys/\(id)").errorCode == "FORBIDDEN")
        #expect(ada.send(.get, "/users/\(admin.id)/api-keys").errorCode == "FORBIDDEN")
        #expect(try app.value("SELECT COUNT(*) FROM api_keys WHERE revoked_at IS NULL") == 1)
    }

    // MARK: - Mails

    @Test func `the maker of a new secret is notified once, and an unverified address is not`() throws {
        let made = ada.send(
            .post, "/api-keys", ["name": "Nightly", "scopes": ["projects:read"], "expiresAt": "2099-01-02T03:04:05Z"])
        let id = try #require(made.id)
        #expect(try app.jobs(SendAPIKeyNotice.kind) == 1)
        let server = try TestMailServer()
        try send(by: server)
        let mail = try server.nextMail()
        #expect(mail.recipients == ["ada@example.com"])
        let hint = try #require(made.json["data"]?["hint"]?.string)
        let secret = try #require(made.json["data"]?["secret"]?.string)
        for fact in ["Name: Nightly", "Ends in: \(hint)", "Scopes: projects:read", "Expires: 2099-01-02 03:04 UTC"] {
            #expect(mail.text.contains(fact), "\(mail.text)")
        }
        #expect(!mail.text.contains(secret))

        #expect(ada.send(.post, "/api-keys/\(id)/rotate").status == .created)
        try send(by: server)
        #expect(try server.nextMail().text.contains("was replaced"))
        let organization = try #require(ada.send(.post, "/organizations", ["name": "Engines", "slug": "engines"]).id)
        _ = try ada.withKey(["projects:read"], organization: organization)
        try send(by: server)
        #expect(try server.nextMail().text.contains("for the organization Engines"))

        try db.execute("UPDATE users SET email_verified_at = NULL WHERE public_id = \(ada.id)")
        _ = try ada.withKey(["account:read"])
        let jobs = try db.all("SELECT payload FROM jobs WHERE kind = \(SendAPIKeyNotice.kind)", as: String.self)
        let notice = try JSONDecoder().decode(SendAPIKeyNotice.self, from: Data(try #require(jobs.first).utf8))
        // No mail server answers in this context, so an attempt to send would throw.
        try notice.run(.test(app))
    }

    /// Sends the notices that wait, to a server that accepts them.
    private func send(by server: TestMailServer) throws {
        let context = try JobContext(
            id: UUID.v7(), db: db, mailer: Mailer(server.settings()), publicURL: "https://id.example.com",
            settings: .defaults(of: []), erasure: Program.gatehouse.modules, hooks: .none, outbound: .test(),
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        for payload in try db.all("SELECT payload FROM jobs WHERE kind = \(SendAPIKeyNotice.kind)", as: String.self) {
            try JSONDecoder().decode(SendAPIKeyNotice.self, from: Data(payload.utf8)).run(context)
        }
        try db.execute("DELETE FROM jobs WHERE kind = \(SendAPIKeyNotice.kind)")
    }
}
