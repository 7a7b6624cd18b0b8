import Database
import FoundationEssentials
import GatehouseTesting
import Logging
import Testing
import Threads
import Web

@testable import Gatehouse

/// What processes cache in memory is used only as long as nothing has changed.
@Suite struct AccessVersionTests {
    private let app: TestApplication
    private let db: Connection

    init() throws {
        app = try TestApplication()
        db = app.database.connection()
    }

    private func version() throws -> UInt64 {
        try #require(try AccessVersion.current(in: db))
    }

    /// Somebody with their own role, and the role's id.
    private func helper(_ permissions: String) throws -> TestUser {
        try db.execute(
            "INSERT INTO roles (public_id, name, permissions) VALUES (\(UUID.v7()), 'helper', \(permissions))")
        return try TestUser(in: app, email: "helper@example.com", role: "helper")
    }

    private func set(_ permissions: String) throws {
        try db.execute("UPDATE roles SET permissions = \(permissions) WHERE name = 'helper'")
    }

    @Test func `every change of a role and of a signing key is counted, however it was made`() throws {
        let admin = try TestUser(in: app, email: "admin@example.com", role: "admin")
        var last = try version()
        func expectCounted(_ change: () throws -> Void) throws {
            try change()
            let now = try version()
            #expect(now > last)
            last = now
        }
        var role: UUID?
        try expectCounted { role = admin.send(.post, "/roles", ["name": "temp", "permissions": []]).id }
        let path = "/roles/\(try #require(role))"
        try expectCounted { #expect(admin.send(.patch, path, ["permissions": ["users:read"]]).status == .ok) }
        try expectCounted { try db.execute("UPDATE roles SET permissions = '' WHERE name = 'temp'") }
        try expectCounted { #expect(admin.send(.delete, path).status == .noContent) }
        let administration = try administration(of: app)
        try expectCounted { _ = try administration.rotateKeys(isCompromised: false) }
        try expectCounted { _ = try administration.rotateKeys(isCompromised: true) }
        try expectCounted { try db.execute("UPDATE signing_keys SET withdrawn_at = NOW(6)") }
        try expectCounted { try db.execute("DELETE FROM signing_keys") }
        try expectCounted { _ = try TestApplication(besides: app) }
        #expect(admin.send(.get, "/users").status == .unauthorized)
        #expect(try version() == last)
    }

    @Test func `a change that is rolled back is not counted`() throws {
        struct Undone: Error {}
        let before = try version()
        #expect(throws: Undone.self) {
            try db.transaction { db in
                try db.execute("UPDATE roles SET description = 'x' WHERE name = 'user'")
                throw Undone()
            }
        }
        #expect(try version() == before)
    }

    @Test func `a permission takes effect with the next request in every process, however busy`() throws {
        let (app, helper) = (app, try helper("users:read"))
        let processes = try [app, TestApplication(besides: app), TestApplication(besides: app)]
        let isOver = Monitor(false)
        let wrong = Monitor(0)
        let results = try inParallel(4) { index in
            guard index == 0 else {
                // Requests beside the change, whose readings are older or newer than those of others.
                while !isOver.update({ $0 }) {
                    let code = status(helper, by: processes[index % processes.count])
                    if code != 200 && code != 403 { wrong.update { $0 += 1 } }
                }
                return
            }
            defer { isOver.update { $0 = true } }
            let db = app.database.connection()
            for round in 0..<60 {
                let isGiven = !round.isMultiple(of: 2)
                try db.execute(
                    "UPDATE roles SET permissions = \(isGiven ? "users:read" : "") WHERE name = 'helper'")
                for process in processes {
                    #expect(status(helper, by: process) == (isGiven ? 200 : 403), "round \(round)")
                }
            }
        }
        for result in results { try result.get() }
        #expect(wrong.update { $0 } == 0)
    }

    @Test func `a withdrawn key is refused at the next request in another process`() throws {
        let session = try TestAccount(in: app).signIn()
        let other = try TestApplication(besides: app)
        func code() -> String {
            let answer = other.send(.get, "/api/v1/users/me", token: session.accessToken)
            return answer.errorCode ?? "\(answer.status.code)"
        }
        for _ in 0..<3 {
            #expect(code() == "200")
            try db.execute("UPDATE signing_keys SET withdrawn_at = NOW(6)")
            #expect(code() == "TOKEN_REVOKED")
            try db.execute("UPDATE signing_keys SET withdrawn_at = NULL")
        }
        _ = try administration(of: app).rotateKeys(isCompromised: true)
        #expect(code() == "TOKEN_REVOKED")
    }

    @Test func `a key expires without any change`() throws {
        let settings = try Settings.load(from: SettingSource(TestApplication.settings(for: app.database)))
        let ring = KeyRing(settings.masterKeys)
        let kid = try ring.signer(at: Date(), in: db).kid
        _ = try administration(of: app).rotateKeys(isCompromised: false)
        let version = try version()
        let end = Double(SigningKey.publicationLead + SigningKey.verificationTail)
        for (seconds, isAccepted) in [(0, true), (end - 60, true), (end + 60, false)] {
            let now = Date().addingTimeInterval(seconds)
            #expect(try ring.accepts(kid, at: version, now: now, in: db) == isAccepted)
        }
        #expect(try !ring.accepts("made-up", at: version, now: Date(), in: db))
    }

    @Test func `the cache is not used if changes are not counted`() throws {
        let helper = try helper("users:read")
        try db.execute("DELETE FROM access_versions")
        #expect(try AccessVersion.current(in: db) == nil)
        for permissions in ["users:read", "", "users:read"] {
            try set(permissions)
            #expect(status(helper, by: app) == (permissions.isEmpty ? 403 : 200))
        }
        try db.execute("UPDATE signing_keys SET withdrawn_at = NOW(6)")
        #expect(status(helper, by: app) == 401)
    }

    @Test func `an API key follows the present permissions of its user's role, in every process`() throws {
        let helper = try helper("users:read")
        let key = try helper.withKey(["users:read"])
        let other = try TestApplication(besides: app)
        for permissions in ["users:read", "", "users:read", ""] {
            try set(permissions)
            for process in [app, other] { #expect(status(key, by: process) == (permissions.isEmpty ? 403 : 200)) }
        }
    }

    @Test func `authentication and the answer about one's account take one statement`() throws {
        let settings = try Settings.load(from: SettingSource(TestApplication.settings(for: app.database)))
        let keys = KeyRing(settings.masterKeys)
        let authenticator = Authenticator(
            tokens: AccessTokens(keys: keys, issuer: settings.publicURL, audience: settings.audience), keys: keys,
            roles: RolePermissions(Program.gatehouse.modules.permissions))
        let account = try TestUser(in: app, email: "ada@example.com")
        let route = try #require(
            try Program.gatehouse.declaredRoutes().first { $0.method == .get && $0.pattern == "/api/v1/users/me" })
        func ask() throws -> Response {
            let request = Request(method: .get, target: "/", headers: [:], remoteAddress: "127.0.0.1")
            let call = Call(
                request, RequestBody([]), Receiver().stream(), requestID: "-", db: db, log: Logger(label: "test"))
            call.authenticate(as: try authenticator.authenticate(Array(account.token.utf8)[...], call))
            return try route.respond(request, [:], call)
        }
        #expect(try ask().json["data"]?["email"]?.string == "ada@example.com")
        func askOften() throws {
            for _ in 0..<10 { #expect(try ask().status == .ok) }
        }
        #expect(try statements(in: db, askOften) == 10)
    }

    /// This way they come from one moment and one server. With two statements, another server could take over between
    /// them, and old rows would count as those of the new version.
    @Test func `roles and keys are read by one statement with the version`() throws {
        let roles = RolePermissions(Program.gatehouse.modules.permissions)
        let settings = try Settings.load(from: SettingSource(TestApplication.settings(for: app.database)))
        let ring = KeyRing(settings.masterKeys)
        let ofRoles = try statements(in: db) { _ = try roles.permissions(of: "admin", at: nil, in: db) }
        let ofKeys = try statements(in: db) { _ = try ring.reread(in: db) }
        #expect(ofRoles == 1)
        #expect(ofKeys == 1)
        #expect(try ring.snapshot(in: db).version == version())
    }
}

/// The number of statements that a connection executes meanwhile.
func statements(in db: Connection, _ body: () throws -> Void) throws -> Int {
    func executed() throws -> Int {
        try #require(
            try db.first(
                """
                SELECT variable_value FROM information_schema.session_status
                WHERE variable_name = 'Com_stmt_execute'
                """, as: String.self
            ).flatMap { Int($0) })
    }
    let before = try executed()
    try body()
    // The statement that counts is included.
    return try executed() - before - 1
}

/// The status of a process's answer to somebody about a list that needs a permission.
private func status(_ user: TestUser, by process: TestApplication) -> Int {
    process.send(.get, "/api/v1/users", token: user.token).status.code
}
