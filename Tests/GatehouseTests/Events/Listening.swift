import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

/// A module that hears every event, on the connection of its change, and refuses those that the test names. It notes
/// both in tables of the schema, so that what it heard goes with a transaction that is rolled back.
struct Listening: Module {
    static let events: [any Event.Type] = [
        RegistrationRequested.self, AccountWillBeCreated.self, AccountCreated.self, ProfileChanged.self,
        EmailVerified.self, EmailChangeRequested.self, EmailChanged.self, EmailReleased.self, PasswordChanged.self,
        RoleChanged.self, AccountSuspended.self, AccountActivated.self, AccountDeleted.self, AccountErased.self,
        UserSignedIn.self, OrganizationCreated.self, OrganizationChanged.self, OrganizationDeleted.self,
        OrganizationErased.self, MemberJoined.self, MemberRoleChanged.self, MemberLeft.self, APIKeyCreated.self,
        APIKeyRotated.self, APIKeyRevoked.self,
    ]
    static let hooks = events.map { hook($0) }

    init(_ services: Services) {}

    private static func hook<Subject: Event>(_ event: Subject.Type) -> Hook {
        .inTransaction(event, errors: [.refusedByTest]) { _, context in
            try context.db.execute("INSERT INTO heard (event) VALUES (\("\(Subject.self)"))")
            let isRefused: Bool? = try context.db.first("SELECT TRUE FROM refused WHERE event = \("\(Subject.self)")")
            if isRefused == true { throw APIError(.refusedByTest) }
        }
    }
}

extension ErrorCode {
    fileprivate static let refusedByTest = ErrorCode("REFUSED_BY_TEST", .unprocessableContent, "The test refuses this.")
}

/// An application to which that module listens.
struct ListenedApplication {
    let app: TestApplication
    let commands: Administration
    let context: JobContext
    let db: Connection
    let admin: TestUser

    init(_ settings: [String: String] = [:]) throws {
        app = try TestApplication(settings, modules: [Listening.self])
        commands = try administration(of: app, settings)
        let given = try TestApplication.settings(for: app.database).merging(settings) { _, new in new }
        context = try .test(app, telling: app.program.modules.hooks(Settings.load(from: SettingSource(given))))
        db = app.database.connection()
        try db.execute("CREATE TABLE heard (id BIGINT AUTO_INCREMENT PRIMARY KEY, event VARCHAR(50) NOT NULL)")
        try db.execute("CREATE TABLE refused (event VARCHAR(50) PRIMARY KEY)")
        let made = try commands.createUser(
            Administration.NewUser(
                email: "admin@example.com", name: "Grace Hopper", role: "admin", isVerified: true,
                password: TestAccount.password))
        admin = TestUser(
            app, id: try #require(made["data"]?["id"]?.string.flatMap(UUID.init(uuidString:))),
            token: try TestAccount(registeredIn: app, email: "admin@example.com").signIn().accessToken)
    }

    /// What was heard since the last time.
    func heard() throws -> [String] {
        let events: [String] = try db.all("SELECT event FROM heard ORDER BY id")
        try db.execute("DELETE FROM heard")
        return events
    }

    /// Refuses one event from now on; `nil` refuses none.
    func refuse(_ event: (any Event.Type)?) throws {
        try db.execute("DELETE FROM refused")
        if let event { try db.execute("INSERT INTO refused VALUES (\("\(event)"))") }
    }

    /// Sums of all that a change can leave behind.
    func everything() throws -> [TableSum] {
        try db.all(
            """
            CHECKSUM TABLE users, sessions, refresh_tokens, one_time_tokens, organizations, organization_members,
                           invitations, api_keys, jobs, audit_events, words, heard
            """)
    }

    struct TableSum: RowDecodable, Equatable {
        let table: String
        let sum: UInt64

        init(row: Row) throws(DatabaseError) {
            table = try row.decode("Table")
            sum = try row.decode("Checksum")
        }
    }

    /// Whether the document says that an operation, as `POST /users`, can be refused by the test.
    func documentsRefusal(of operation: String) throws -> Bool {
        let document = app.send(.get, "/api/v1/openapi.json").json
        let parts = operation.split(separator: " ").map(String.init)
        let operation = document["paths"]?["/api/v1" + parts[1]]?[parts[0].lowercased()]
        let schema = operation?["responses"]?["422"]?["content"]?["application/json"]?["schema"]?["$ref"]?.string
        let name = try #require(schema?.split(separator: "/").last.map(String.init), "\(parts): no 422")
        let text = document["components"]?["schemas"]?[name]?.text() ?? []
        return String(decoding: text, as: UTF8.self).contains("REFUSED_BY_TEST")
    }
}

/// A way to a change, and the events that it fires, in their order.
struct EventPath: Sendable {
    /// How a way ends.
    enum End {
        /// A request was answered.
        case answered(Response)
        /// A command or a job was done.
        case done
    }

    /// An operation of the API as `POST /users`, or what else makes the change.
    let name: String
    let events: [any Event.Type]
    /// Makes everything ready, and answers what then goes the way.
    let prepare: @Sendable (ListenedApplication) throws -> () throws -> End

    init(
        _ name: String, _ events: any Event.Type...,
        prepare: @escaping @Sendable (ListenedApplication) throws -> () throws -> End
    ) {
        self.name = name
        self.events = events
        self.prepare = prepare
    }

    /// Whether it is an operation of the API.
    var isOperation: Bool { name.contains(" /") }

    /// Goes the way once, and once for each of its events with that refused.
    func walk(_ world: ListenedApplication) throws {
        var go = try prepare(world)
        _ = try world.heard()
        if case .answered(let response) = try go() {
            #expect(response.status.code < 300, "\(name): \(response.json)")
        }
        let (heard, expected) = (try world.heard(), events.map { "\($0)" })
        #expect(heard == expected, "\(name)")
        for event in Set(expected) {
            go = try prepare(world)
            try world.refuse(events.first { "\($0)" == event })
            let before = try world.everything()
            do {
                let end = try go()
                if case .answered(let response) = end {
                    #expect(response.errorCode == "REFUSED_BY_TEST", "\(name), \(event): \(response.json)")
                } else {
                    #expect(name == CompleteRegistration.kind, "\(name), \(event) is not refused")
                }
            } catch let error as APIError {
                #expect(error.code.name == "REFUSED_BY_TEST" && !isOperation, "\(name), \(event)")
            }
            #expect(try world.everything() == before, "\(name): something is left of what \(event) refused")
            try world.refuse(nil)
        }
        if isOperation { #expect(try world.documentsRefusal(of: name), "\(name) does not document the refusal") }
    }
}
