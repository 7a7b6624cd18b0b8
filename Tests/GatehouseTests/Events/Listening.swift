import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

/// A module that hears every event on the connection of its change, and refuses those that the test names. It records
/// both in tables of the schema, so that a rolled-back transaction removes its records.
struct Listening: Module {
    static let heard = Program.gatehouse.modules.events
    static let hooks = heard.map { hook($0) }

    init(_ services: Services) {}

    private static func hook<Subject: Event>(_ event: Subject.Type) -> Hook {
        if let event = event as? any RefusableEvent.Type { return refusing(event) }
        return Hook(event) { event, context in try note(event, in: context.db) }
    }

    private static func refusing<Subject: RefusableEvent>(_ event: Subject.Type) -> Hook {
        .inTransaction(event, errors: [.refusal(of: event)]) { fired, context in
            try note(fired, in: context.db)
            let isRefused: Bool? = try context.db.first("SELECT TRUE FROM refused WHERE event = \("\(event)")")
            if isRefused == true { throw APIError(.refusal(of: event)) }
        }
    }

    private static func note(_ event: any Event, in db: Connection) throws {
        let action = event.auditEntry?.action.rawValue
        try db.execute("INSERT INTO heard (event, action) VALUES (\("\(type(of: event))"), \(action))")
    }
}

extension ErrorCode {
    /// The error with which the test refuses an event.
    fileprivate static func refusal(of event: any Event.Type) -> ErrorCode {
        ErrorCode("REFUSED_\("\(event)".uppercased())", .unprocessableContent, "The test refuses this.")
    }
}

/// An application with that module.
struct ListenedApplication {
    let app: TestApplication
    let commands: Administration
    let context: JobContext
    let db: Connection
    let admin: TestUser

    /// An application by default with a provider, to which nothing leads.
    init(_ settings: [String: String] = .withProvider) throws {
        app = try TestApplication(settings, modules: [Listening.self])
        commands = try administration(of: app, settings)
        context = try .test(app)
        db = app.database.connection()
        try db.execute(
            """
            CREATE TABLE heard (id BIGINT AUTO_INCREMENT PRIMARY KEY, event VARCHAR(50) NOT NULL, action VARCHAR(50))
            """)
        try db.execute("CREATE TABLE recorded (event VARCHAR(50), action VARCHAR(50), PRIMARY KEY (event, action))")
        try db.execute("CREATE TABLE refused (event VARCHAR(50) PRIMARY KEY)")
        let made = try commands.createUser(
            Administration.NewUser(
                email: "admin@example.com", name: "Grace Hopper", role: "admin", isVerified: true,
                password: TestAccount.password))
        admin = TestUser(
            app, id: try #require(made["data"]?["id"]?.string.flatMap(UUID.init(uuidString:))),
            token: try TestAccount(registeredIn: app, email: "admin@example.com").signIn().accessToken)
    }

    /// The events heard since the last call. Their entries must be in the audit after the event `mark`.
    func heard(since mark: UInt64) throws -> [String] {
        let events: [String] = try db.all("SELECT event FROM heard ORDER BY id")
        let actions: [String] = try db.all("SELECT action FROM heard WHERE action IS NOT NULL ORDER BY id")
        let audited: [String] = try db.all(
            "SELECT action FROM audit_events WHERE id > \(mark) AND action IN (\(list: actions)) ORDER BY id")
        #expect(audited == actions, "\(events)")
        try db.execute("INSERT IGNORE INTO recorded SELECT event, action FROM heard WHERE action IS NOT NULL")
        try db.execute("DELETE FROM heard")
        return events
    }

    /// The last event of the audit.
    func mark() throws -> UInt64 { try app.value("SELECT COALESCE(MAX(id), 0) FROM audit_events", as: UInt64.self) }

    /// The actions that an event has had in the audit.
    func recorded(of event: any Event.Type) throws -> Set<String> {
        Set(try db.all("SELECT action FROM recorded WHERE event = \("\(event)")", as: String.self))
    }

    /// Refuses one event from now on; `nil` refuses none.
    func refuse(_ event: (any RefusableEvent.Type)?) throws {
        try db.execute("DELETE FROM refused")
        if let event { try db.execute("INSERT INTO refused VALUES (\("\(event)"))") }
    }

    /// Checksums of everything that a change can leave behind. Of refused changes, only sign-ins are audited.
    func everything() throws -> [TableSum] {
        try db.all(
            """
            CHECKSUM TABLE users, sessions, refresh_tokens, one_time_tokens, organizations, organization_members,
                           invitations, projects, api_keys, roles, identities, oauth_codes, jobs, words, heard
            """)
            + db.all(
                """
                SELECT 'audit_events' AS `Table`, COUNT(*) AS `Checksum` FROM audit_events
                WHERE action <> \(AuditAction.loginRefused.rawValue)
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

    /// Whether the document lists a refusal at an operation such as `POST /users`.
    func documents(_ refusal: ErrorCode, of operation: String) throws -> Bool {
        let document = app.send(.get, "/api/v1/openapi.json").json
        let parts = operation.split(separator: " ").map(String.init)
        let operation = document["paths"]?["/api/v1" + parts[1]]?[parts[0].lowercased()]
        let schema = operation?["responses"]?["422"]?["content"]?["application/json"]?["schema"]?["$ref"]?.string
        let name = try #require(schema?.split(separator: "/").last.map(String.init), "\(parts): no 422")
        let text = document["components"]?["schemas"]?[name]?.text() ?? []
        return String(decoding: text, as: UTF8.self).contains("\"\(refusal.name)\"")
    }
}

extension EventPath {
    /// Every path, with the default settings.
    static let all = ofAccounts + ofSessions + ofEndings + ofOrganizations + ofKeys + ofProjects + ofRoles
}

/// A path to a change, and the events that it fires, in order.
struct EventPath: Sendable {
    /// How a path ends.
    enum End {
        /// A request was answered.
        case answered(Response)
        /// A command or a job was done.
        case done
    }

    /// An operation of the API such as `POST /users`, or the name of another path.
    let name: String
    let events: [any Event.Type]
    /// Prepares the path, and returns a function that takes it.
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

    /// Takes the path once, and once more for each of its events with that event refused.
    func walk(_ world: ListenedApplication) throws {
        var go = try prepare(world)
        try world.db.execute("DELETE FROM heard")
        let mark = try world.mark()
        if case .answered(let response) = try go() {
            #expect(response.status.code < 300, "\(name): \(response.json)")
        }
        let (heard, expected) = (try world.heard(since: mark), events.map { "\($0)" })
        #expect(heard == expected, "\(name)")
        var refused: Set<String> = []
        for case let event as any RefusableEvent.Type in events where refused.insert("\(event)").inserted {
            let refusal = ErrorCode.refusal(of: event)
            go = try prepare(world)
            try world.refuse(event)
            let before = try world.everything()
            do {
                let end = try go()
                if case .answered(let response) = end {
                    #expect(response.errorCode == refusal.name, "\(name), \(event): \(response.json)")
                } else {
                    #expect(name == CompleteRegistration.kind, "\(name), \(event) is not refused")
                }
            } catch let error as APIError {
                #expect(error.code.name == refusal.name && !isOperation, "\(name), \(event)")
            }
            #expect(try world.everything() == before, "\(name): something is left after \(event) was refused")
            try world.refuse(nil)
            if isOperation {
                #expect(try world.documents(refusal, of: name), "\(name) does not document that \(event) is refused")
            }
        }
    }
}
