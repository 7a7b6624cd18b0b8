import CMariaDB
import Database
import FoundationEssentials
import Threads

/// The statements that create a schema with its content, as the server reports them.
///
/// Migrations take a schema through all its former states. Tests only need the last one, so one schema is migrated, and
/// the others are copies.
struct SchemaDump: Equatable {
    private static let known = Lock<[String: Result<SchemaDump, any Error>]>([:])

    /// The schema that some folders' migrations create. Callers wait while they are applied.
    static func migrated(by folders: [MigrationFolder]) throws -> SchemaDump {
        let key = folders.map(\.description).joined(separator: ",")
        return try known.withLock { known in
            if let dump = known[key] { return dump }
            let dump = Result {
                let model = try TestDatabase()
                try Migrator(folders, connection: model.connection()).up()
                return try SchemaDump(of: model.settings)
            }
            known[key] = dump
            return dump
        }.get()
    }

    let statements: [String]

    /// Reads tables with their rows, and triggers. Migrations create nothing else.
    init(of settings: DatabaseSettings) throws {
        let session = try PlainSession(settings)
        var statements = ["SET FOREIGN_KEY_CHECKS = 0, UNIQUE_CHECKS = 0"]
        for table in try session.rows("SHOW FULL TABLES") {
            guard let name = table[0], table[1] == "BASE TABLE" else { throw SchemaDumpError.unknownKind(table) }
            let definition = try session.rows("SHOW CREATE TABLE `\(name)`")
            statements += definition.compactMap { $0[1] }
            statements += try SchemaDump.insertion(of: name, in: session)
        }
        for trigger in try session.rows("SHOW TRIGGERS").compactMap(\.first) {
            guard let name = trigger else { continue }
            for definition in try session.rows("SHOW CREATE TRIGGER `\(name)`") {
                guard let mode = definition[1], let text = definition[2] else { continue }
                statements += ["SET sql_mode = '\(mode)'", text]
            }
        }
        self.statements = statements
    }

    /// Creates all of it in an empty schema.
    func load(into settings: DatabaseSettings) throws {
        try PlainSession(settings).run(statements)
    }

    private static func insertion(of table: String, in session: PlainSession) throws -> [String] {
        let columns = try session.rows("SHOW COLUMNS FROM `\(table)`")
            .filter { $0[5]?.contains("GENERATED") == false }
            .compactMap(\.first).compactMap { $0.map { "`\($0)`" } }
        let quoted = columns.map { "QUOTE(\($0))" }.joined(separator: ", ',', ")
        let rows = try session.rows("SELECT CONCAT('(', \(quoted), ')') FROM `\(table)`").compactMap(\.first)
        guard !rows.isEmpty else { return [] }
        let values = rows.compactMap(\.self).joined(separator: ", ")
        return ["INSERT INTO `\(table)` (\(columns.joined(separator: ", "))) VALUES \(values)"]
    }
}

/// A schema could not be copied.
enum SchemaDumpError: Error {
    case noConnection
    case refused(String)
    case unknownKind([String?])
}

/// A session that accepts statements from text, which those of `Database` do not.
private final class PlainSession {
    private let handle: UnsafeMutablePointer<MYSQL>

    init(_ settings: DatabaseSettings) throws {
        guard let handle = mysql_init(nil) else { throw SchemaDumpError.noConnection }
        self.handle = handle
        mysql_options(handle, MYSQL_SET_CHARSET_NAME, "utf8mb4")
        guard case .socket(let socket) = settings.endpoints.first,
            mysql_real_connect(
                handle, nil, settings.user, settings.password, settings.name, 0, socket, UInt(CLIENT_MULTI_STATEMENTS))
                != nil
        else { throw refusal() }
    }

    deinit { mysql_close(handle) }

    func rows(_ statement: String) throws -> [[String?]] {
        guard mysql_query(handle, statement) == 0, let result = mysql_store_result(handle) else { throw refusal() }
        defer { mysql_free_result(result) }
        let columns = Int(mysql_num_fields(result))
        var rows: [[String?]] = []
        while let row = mysql_fetch_row(result) {
            rows.append((0..<columns).map { column in row[column].map { String(cString: $0) } })
        }
        return rows
    }

    /// Sends all of them at once.
    func run(_ statements: [String]) throws {
        guard mysql_query(handle, statements.joined(separator: ";\n")) == 0 else { throw refusal() }
        while true {
            let next = mysql_next_result(handle)
            guard next <= 0 else { throw refusal() }
            if next < 0 { return }
        }
    }

    private func refusal() -> SchemaDumpError {
        .refused(String(cString: mysql_error(handle)))
    }
}
