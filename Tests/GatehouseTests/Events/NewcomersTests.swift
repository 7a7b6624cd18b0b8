import Database
import FoundationEssentials
import Gatehouse
import GatehouseTesting
import Testing
import Web

/// Rules of an application for its newcomers, which use only the public interface.
struct Newcomers: Module {
    static let jobs: [any Job.Type] = [CheckNewcomer.self]
    static let hooks: [Hook] = [
        // Refuses on every path to an account.
        .inTransaction(AccountWillBeCreated.self, errors: [.nameNotAllowed]) { event, _ in
            if event.name == "Mallory" { throw APIError(.nameNotAllowed) }
        },
        // A newcomer who verifies the address gets a role. The error is that of `setRole`.
        .inTransaction(EmailVerified.self, errors: [.conflict]) { event, context in
            guard event.isSelfRegistered else { return }
            try AccountStanding.setRole(
                of: event.user, to: "support", by: context.actor, telling: context.hooks, in: context.db)
        },
        // A job asks another service.
        .afterCommit(AccountCreated.self) { event in
            event.origin == .registration ? CheckNewcomer(user: event.user) : nil
        },
    ]

    init(_ services: Services) {}
}

extension ErrorCode {
    static let nameNotAllowed = ErrorCode("NAME_NOT_ALLOWED", .unprocessableContent, "Not this name.")
}

/// Asks another service about a new account, and suspends it if the service objects.
struct CheckNewcomer: Job {
    static let kind = "newcomers.check"

    let user: UserReference

    var subjects: [JobSubject] { [.user(user.id)] }

    func run(_ context: JobContext) throws {
        // A real module asks the service here. This one always objects.
        try context.db.transaction { db in
            try AccountStanding.suspend(user, by: .program, telling: context.hooks, in: db)
        }
    }
}

/// Gives a role to every account with a verified address, however it came to have one.
private struct DefaultRole: Module {
    static let hooks: [Hook] = [
        .inTransaction(EmailVerified.self, errors: [.conflict]) { event, context in try give(to: event.user, context) },
        .inTransaction(AccountCreated.self, errors: [.conflict]) { event, context in
            if event.isVerified, event.role == "user" { try give(to: event.user, context) }
        },
    ]

    init(_ services: Services) {}

    private static func give(to user: UserReference, _ context: HookContext) throws {
        try AccountStanding.setRole(of: user, to: "support", by: context.actor, telling: context.hooks, in: context.db)
    }
}

@Suite struct NewcomersTests {
    private let app: TestApplication

    init() throws {
        app = try TestApplication(modules: [Newcomers.self])
    }

    private func register(_ name: String) -> Response {
        app.send(
            .post, "/api/v1/auth/register",
            ["email": "ada@example.com", "password": .string(TestAccount.password), "name": .string(name)])
    }

    @Test func `a rule refuses a newcomer, and nothing is left`() throws {
        #expect(register("Mallory").errorCode == "NAME_NOT_ALLOWED")
        #expect(try app.value("SELECT COUNT(*) FROM users") == 0)
        #expect(try app.value("SELECT COUNT(*) FROM jobs") == 0)
        #expect(register("Ada").status == .created)
    }

    @Test func `a job asks another service and suspends the account`() throws {
        #expect(register("Ada").status == .created)
        #expect(try app.value("SELECT status FROM users", as: String.self) == "active")
        try app.runJobs()
        #expect(try app.value("SELECT status FROM users", as: String.self) == "suspended")
        #expect(try app.audited(AuditAction(rawValue: "user.suspended")) == 1)
    }

    @Test func `a newcomer who verifies the address gets a role`() throws {
        let admin = try TestUser(in: app, email: "admin@example.com", role: "admin")
        let body: JSON = ["email": "grace@example.com", "name": "Grace", "emailVerified": true]
        #expect(admin.send(.post, "/users", body).json["data"]?["role"] == "user", "nobody registered it")
        #expect(register("Ada").status == .created)
        #expect(try role() == "user")
        try app.verifyAddress("ada@example.com")
        #expect(try role() == "support")
    }

    @Test(arguments: [true, false])
    func `a default role reaches accounts that others make with a verified address, too`(isVerified: Bool) throws {
        let app = try TestApplication(modules: [DefaultRole.self])
        let admin = try TestUser(in: app, email: "admin@example.com", role: "admin")
        let body: JSON = ["email": "ada@example.com", "name": "Ada", "emailVerified": .bool(isVerified)]
        let made = admin.send(.post, "/users", body)
        #expect(made.json["data"]?["role"] == (isVerified ? "support" : "user"))
        #expect(made.headers[.eTag] == admin.send(.get, "/users/\(try #require(made.id))").headers[.eTag])
        if isVerified { return }
        try app.verifyAddress("ada@example.com")
        #expect(try app.value("SELECT role FROM users WHERE email = 'ada@example.com'", as: String.self) == "support")
    }

    @Test func `the document lists the errors of a hook, also those of the functions that it calls`() throws {
        let document = app.send(.get, "/api/v1/openapi.json").json
        for path in ["/auth/verify-email", "/auth/confirm-email", "/auth/password-reset/confirm"] {
            let responses = document["paths"]?["/api/v1" + path]?["post"]?["responses"]
            #expect(responses?["409"] != nil, "\(path)")
        }
    }

    private func role() throws -> String {
        try app.value("SELECT role FROM users WHERE email = 'ada@example.com'", as: String.self)
    }
}
