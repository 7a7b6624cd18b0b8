public import Database
import FoundationEssentials
public import Gatehouse
import Logging
public import Web

/// The application on a schema of its own, without a transport: requests go straight into the chain.
///
/// Hashes are cheap: a password hash takes 8 MiB and one thread.
public final class TestApplication: Sendable {
    /// The schema.
    public let database: TestDatabase
    /// The application.
    package let application: Application
    /// The settings of the application.
    package let settings: Settings
    /// The program: the modules of the application.
    package let program: Program

    /// Makes a migrated schema and an application on it.
    /// - Parameters:
    ///   - settings: settings that differ from the defaults of tests.
    ///   - modules: modules besides those of Gatehouse.
    ///   - migrations: the folders of their migrations, by the name of the package. The default is `sql/migrations` of
    ///     the package that contains `file`.
    ///   - file: a file of the tests.
    ///   - other: an application whose schema this one uses, like another process.
    public init(
        _ settings: [String: String] = [:], modules: [any Module.Type] = [], migrations: [String: String] = [:],
        file: String = #filePath, besides other: TestApplication? = nil
    ) throws {
        program = try Program(modules: modules)
        let folders = program.migrationNamespaces.dropFirst().map { namespace in
            MigrationFolder(migrations[namespace] ?? Self.migrations(ofPackageWith: file), namespace: namespace)
        }
        database = try other?.database ?? TestDatabase(isMigrated: true, besides: folders)
        let all = [MigrationFolder(TestDatabase.migrations)] + folders
        var given = try Self.settings(for: database)
        given["GATEHOUSE_MIGRATIONS"] = all.map(\.description).joined(separator: ",")
        given.merge(settings) { _, new in new }
        self.settings = try Settings.load(from: SettingSource(given), program.moduleSettings)
        application = try Application(
            self.settings, program,
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try application.prepare()
    }

    deinit {
        application.shutdown()
    }

    /// The first value of a statement.
    /// - Throws: `NoRow` if there is none.
    public func value<Value: RowDecodable>(_ sql: SQL, as type: Value.Type = Int.self) throws -> Value {
        guard let value = try database.connection().first(sql, as: Value.self) else { throw NoRow() }
        return value
    }

    /// The number of audit events of an action.
    /// - Throws: `UndeclaredAuditAction` if no module declares the action.
    public func audited(_ action: AuditAction) throws -> Int {
        guard program.auditActions.contains(action) else { throw UndeclaredAuditAction(action: action) }
        return try value("SELECT COUNT(*) FROM audit_events WHERE action = \(action.rawValue)")
    }

    /// Does what background jobs are due, the recurring ones too, and returns when none is. No mail server answers,
    /// unless the settings name one.
    public func runJobs() throws {
        try application.runJobs()
    }

    /// `sql/migrations` of the package that contains a file: beside the first `Package.swift` on the way up.
    private static func migrations(ofPackageWith file: String) -> String {
        var folders = file.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        while !folders.isEmpty {
            let folder = folders.joined(separator: "/")
            if FileManager.default.fileExists(atPath: folder + "/Package.swift") { return folder + "/sql/migrations" }
            folders.removeLast()
        }
        return "sql/migrations"
    }

    /// Sends one request through the chain, on a connection of its own.
    /// - Parameters:
    ///   - body: sent as `application/json`.
    ///   - token: an access token.
    ///   - address: where the request comes from.
    public func send(
        _ method: HTTPMethod, _ path: String, _ body: JSON? = nil, token: String? = nil,
        headers: HTTPFields = [:], from address: String = "127.0.0.1"
    ) -> Response {
        send(method, path, body, token: token, headers: headers, from: address, receiver: Receiver())
    }

    /// The same for a receiver of an answer that may be sent while it is made.
    package func send(
        _ method: HTTPMethod, _ path: String, _ body: JSON? = nil, token: String? = nil,
        headers: HTTPFields = [:], from address: String = "127.0.0.1", receiver: Receiver
    ) -> Response {
        var headers = headers
        if body != nil { headers[.contentType] = "application/json" }
        if let token { headers[.authorization] = "Bearer \(token)" }
        let request = Request(method: method, target: path, headers: headers, remoteAddress: address)
        let stream = receiver.stream(isForHead: method == .head)
        let response = application.makeHandler()(request, RequestBody(body?.text() ?? []), stream)
        receiver.isWhole = stream.head == nil || stream.isComplete
        return receiver.received ?? response
    }

    /// Settings under which an application starts on a schema of the test server.
    package static func settings(for database: TestDatabase) throws -> [String: String] {
        let server = try TestDatabase.settings(schema: database.name)
        guard case .socket(let socket) = server.endpoints.first else { return [:] }
        return [
            "GATEHOUSE_ENVIRONMENT": "development", "GATEHOUSE_PUBLIC_URL": "https://id.example.com",
            "GATEHOUSE_MASTER_KEY": "test:" + Data(repeating: 7, count: 32).base64EncodedString(),
            "GATEHOUSE_DATABASE_SOCKET": socket, "GATEHOUSE_DATABASE_NAME": database.name,
            "GATEHOUSE_DATABASE_USER": server.user,
            "GATEHOUSE_MIGRATIONS": TestDatabase.migrations, "GATEHOUSE_SMTP_HOST": "127.0.0.1",
            "GATEHOUSE_SMTP_SECURITY": "none", "GATEHOUSE_MAIL_FROM": "no-reply@example.com",
            "GATEHOUSE_ARGON2_MEMORY_KIB": "7168", "GATEHOUSE_HASH_THREADS": "1", "GATEHOUSE_WORKERS": "176",
            "GATEHOUSE_RATE_LIMITS": "off", "GATEHOUSE_METRICS_FILE": "none",
            "GATEHOUSE_CIRCUITS_FILE": "none",
        ]
    }
}

/// An audit action that no module lists in its `auditActions`.
public struct UndeclaredAuditAction: Error {
    /// The action.
    public let action: AuditAction
}

/// A statement found nothing.
public struct NoRow: Error {}

extension Response {
    /// The body as JSON; `null` if it is not JSON.
    public var json: JSON { (try? JSON(parsing: body)) ?? .null }

    /// The error code, if the answer is an error.
    public var errorCode: String? { json["error"]?["code"]?.string }
}
