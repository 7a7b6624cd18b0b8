public import Database
import FoundationEssentials
import Glibc

/// A schema for one test, on the server whose socket `GATEHOUSE_TEST_DATABASE_SOCKET` names.
///
/// It has a random name, so tests can run in parallel, and is dropped with the last reference to it. The account is
/// `GATEHOUSE_TEST_DATABASE_USER`, or `root`, without a password.
public final class TestDatabase: Sendable {
    /// The schema's name.
    package let name: String
    /// The schema.
    package let database: DatabaseClient
    let settings: DatabaseSettings

    /// Makes a schema.
    /// - Parameters:
    ///   - isMigrated: whether it has the structure of Gatehouse's migrations (`SchemaDump`).
    ///   - others: the migrations of other packages, which are applied then too.
    ///   - socket: the server's socket; by default that of the environment.
    /// - Throws: `TestDatabaseError` without a server, or the error of creating the schema.
    package init(
        isMigrated: Bool = false, besides others: [MigrationFolder] = [], socket: String? = nil
    ) throws {
        name = "gatehouse_test_" + UUID().uuidString.lowercased().filter { $0 != "-" }
        settings = try TestDatabase.settings(schema: name, socket: socket)
        database = DatabaseClient(settings)
        let server = try TestDatabase.settings(schema: "information_schema", socket: socket)
        let connection = DatabaseClient(server).connection()
        try connection.execute("SET @gatehouse_schema = \(name)")
        // A name cannot be bound, and the text of a statement is always a literal, so the server composes the
        // statement.
        try connection.execute(
            """
            BEGIN NOT ATOMIC
                EXECUTE IMMEDIATE CONCAT('CREATE DATABASE ', @gatehouse_schema, ' COLLATE utf8mb4_nopad_bin');
            END
            """)
        guard isMigrated else { return }
        let folders = [MigrationFolder(TestDatabase.migrations)] + others
        try SchemaDump.migrated(by: folders).load(into: settings)
    }

    deinit {
        let connection = connection()
        _ = try? connection.execute(
            """
            BEGIN NOT ATOMIC
                EXECUTE IMMEDIATE CONCAT('DROP DATABASE ', DATABASE());
            END
            """)
    }

    /// A connection of its own.
    public func connection() -> Connection {
        database.connection()
    }

    /// The settings of a schema on the test server.
    package static func settings(schema: String, socket: String? = nil) throws -> DatabaseSettings {
        guard let socket = socket ?? environment("GATEHOUSE_TEST_DATABASE_SOCKET") else {
            throw TestDatabaseError()
        }
        return DatabaseSettings(
            endpoints: [.socket(socket)], name: schema,
            user: environment("GATEHOUSE_TEST_DATABASE_USER") ?? "root")
    }

    /// `sql/migrations` of this checkout.
    package static let migrations: String = {
        let here = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        return (here.dropLast(3) + ["sql", "migrations"]).joined(separator: "/")
    }()

    private static func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }
}

/// There is no server for the tests.
public struct TestDatabaseError: Error, CustomStringConvertible {
    /// The remedy.
    public var description: String {
        """
        GATEHOUSE_TEST_DATABASE_SOCKET is not set. Run the tests with make test, which starts a MariaDB for them, or \
        set it to the socket of a temporary server.
        """
    }
}
