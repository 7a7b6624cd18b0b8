import Glibc

/// Brings a schema up to date, or reverts changes, one pair of files at a time.
///
/// A statement that changes the schema commits by itself, so a migration cannot be a transaction. Instead it is
/// recorded in `schema_migrations` before it starts and marked when it has finished; after an interrupted one, every
/// further change is refused until an operator has intervened. One migrator at a time works on a schema, under a lock
/// that ends with its connection.
///
/// Statements end in `;`; bodies of triggers need no `DELIMITER`. A file must not contain transactions or `/*!`
/// comments; put several statements that belong together into `BEGIN NOT ATOMIC … END`. Statements are sent one at a
/// time. A statement that meets a lock gives way and is tried again, so an open transaction, such as that of a dump,
/// does not block everybody who needs the table.
///
/// Several packages can have migrations in a schema, each in its own order. A package builds on those before it: its
/// migrations are applied after theirs, and must be reverted before migrations on which they may depend.
package struct Migrator {
    /// How long to wait for another migrator, in seconds. A second machine that is installed at the same time finds the
    /// work done after the wait.
    private static let lockWait = 300
    /// How long a statement is retried for a lock that others hold. Each attempt waits two seconds, while everybody
    /// else waits behind it, then gives way for growing pauses.
    private static let patience = Duration.seconds(600)
    private static let firstPause = Duration.seconds(1)
    private static let longestPause = Duration.seconds(30)
    /// The maximum length of a name in the table, in bytes.
    static let longestName = 190

    /// The migrations of each package.
    private let packages: [MigrationFiles]
    private let connection: Connection

    /// Reads the names of the migrations.
    /// - Parameters:
    ///   - folders: one for each package, in an order in which each builds on those before it.
    ///   - connection: an account that may change the schema; its session is closed after each call.
    /// - Throws: `MigrationError.invalidFiles`.
    package init(_ folders: [MigrationFolder], connection: Connection) throws(MigrationError) {
        packages = try Migrator.read(folders)
        self.connection = connection
    }

    /// The names of the migrations on disk, package after package, oldest first. Those of other packages than Gatehouse
    /// begin with the namespace: `notes/20261130120000_notes_create`.
    /// - Throws: `MigrationError.invalidFiles`.
    package static func names(in folders: [MigrationFolder]) throws(MigrationError) -> [String] {
        try read(folders).flatMap(\.names)
    }

    private static func read(_ folders: [MigrationFolder]) throws(MigrationError) -> [MigrationFiles] {
        var packages: [MigrationFiles] = []
        for folder in folders { packages.append(try MigrationFiles(folder)) }
        return packages
    }

    private var names: [String] { packages.flatMap(\.names) }

    private func text(of name: String, _ direction: MigrationDirection) throws(MigrationError) -> String {
        guard let package = packages.first(where: { $0.names.contains(name) }) else { throw .missing(name) }
        return try package.text(of: name, direction)
    }

    /// The names of the migrations that are applied and finished, in order.
    package static func applied(on connection: Connection) throws(DatabaseError) -> [String] {
        try records(on: connection).filter { $0.finishedAt != nil }.map(\.name)
    }

    /// Every migration that is on disk or in the database, package after package, oldest first. Changes nothing.
    package func status() throws -> [MigrationStatus] {
        let records = Dictionary(grouping: try Migrator.records(on: connection), by: \.namespace)
        let known = packages.map(\.namespace)
        let others = Set(records.keys).subtracting(known).sorted()
        return try (known + others).flatMap { namespace in
            try status(
                of: packages.first { $0.namespace == namespace }?.names ?? [], records[namespace] ?? [])
        }
    }

    /// The states of the migrations of one package.
    private func status(of names: [String], _ records: [MigrationRecord]) throws -> [MigrationStatus] {
        let known = Dictionary(uniqueKeysWithValues: records.map { ($0.name, $0) })
        return try Set(names).union(known.keys).sorted().map { name in
            MigrationStatus(name: name, state: try state(of: name, known[name], newest: records.last?.name))
        }
    }

    /// Applies the pending migrations, package after package, oldest first.
    /// - Parameters:
    ///   - last: the last one to apply; `nil` applies all.
    ///   - progress: called before and after each migration.
    /// - Throws: `MigrationError`, `DatabaseError`.
    package func up(to last: String? = nil, progress: (MigrationEvent) -> Void = { _ in }) throws {
        let end = try last.map { last throws(MigrationError) in
            guard let index = names.firstIndex(of: last) else { throw .unknown(last) }
            return index + 1
        }
        try locked {
            let applied = Set(try verified().map(\.name))
            let names = self.names.prefix(end ?? self.names.count).filter { !applied.contains($0) }
            try requireTriggers(of: names, .up)
            try createTable()
            for name in names { try apply(name, progress) }
        }
    }

    /// Reverts the newest applied migrations of a package, newest first.
    /// - Parameters:
    ///   - namespace: the package; `nil` for the last one.
    ///   - confirm: gets their names before anything is changed; if it throws, nothing is changed. Other migrators wait
    ///     meanwhile, so exactly these migrations are reverted.
    /// - Throws: `MigrationError`, `DatabaseError`, what `confirm` throws.
    package func down(
        steps: Int = 1, of namespace: String? = nil, progress: (MigrationEvent) -> Void = { _ in },
        confirm: ([String]) throws -> Void = { _ in }
    ) throws {
        try locked {
            let names = try newest(steps, of: namespace)
            try requireTriggers(of: names, .down)
            try confirm(names)
            for name in names { try revert(name, progress) }
        }
    }

    /// Reverts the newest applied migration of a package and applies it again.
    /// - Parameters:
    ///   - namespace: as for `down`; so is `confirm`.
    /// - Throws: `MigrationError`, `DatabaseError`, what `confirm` throws.
    package func redo(
        of namespace: String? = nil, progress: (MigrationEvent) -> Void = { _ in },
        confirm: ([String]) throws -> Void = { _ in }
    ) throws {
        try locked {
            let names = try newest(1, of: namespace)
            try requireTriggers(of: names, .down)
            try requireTriggers(of: names, .up)
            try confirm(names)
            for name in names {
                try revert(name, progress)
                try apply(name, progress)
            }
        }
    }

    private func locked(_ body: () throws -> Void) throws {
        try connection.withSessionOfItsOwn {
            // A lock's name may have 64 characters, as a schema's may; SHA1 makes 40.
            let isGranted = try connection.first(
                "SELECT GET_LOCK(CONCAT('gatehouse_migrate_', SHA1(DATABASE())), \(Migrator.lockWait))",
                as: Bool?.self)
            guard isGranted == true else { throw MigrationError.locked }
            try body()
        }
    }

    /// Whether the server lets only accounts with the right SUPER create triggers (error 1419), because it keeps a
    /// binary log.
    package static func needsSuperForTriggers(on connection: Connection) throws(DatabaseError) -> Bool {
        try connection.first("SELECT @@log_bin AND NOT @@log_bin_trust_function_creators", as: Bool.self) == true
    }

    /// Refuses in advance what the server would refuse in the middle of a migration.
    private func requireTriggers(of names: [String], _ direction: MigrationDirection) throws {
        let changing = try names.filter { MigrationScript.changesPrograms(try text(of: $0, direction)) }
        guard !changing.isEmpty, try Migrator.needsSuperForTriggers(on: connection) else { return }
        guard try Migrator.hasSuper(on: connection) else { throw MigrationError.triggersRefused(changing) }
    }

    /// Whether the account of a connection has the right SUPER, itself or by its roles.
    package static func hasSuper(on connection: Connection) throws(DatabaseError) -> Bool {
        try DatabaseRights(grants: connection.all("SHOW GRANTS"), database: "").isSuperuser
    }

    private func createTable() throws {
        try connection.execute(
            """
            CREATE TABLE IF NOT EXISTS schema_migrations (
                id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
                name VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
                checksum CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
                started_at DATETIME(6) NOT NULL,
                finished_at DATETIME(6) NULL,
                PRIMARY KEY (id),
                CONSTRAINT uq_schema_migrations_name UNIQUE (name)
            ) ENGINE = InnoDB, DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin
            """)
    }

    /// The applied migrations, if all states are correct.
    private func verified() throws -> [MigrationRecord] {
        for migration in try status() {
            switch migration.state {
            case .applied, .pending: continue
            case .halfRun: throw MigrationError.halfRun(migration.name)
            case .changed: throw MigrationError.changed(migration.name)
            case .missing: throw MigrationError.missing(migration.name)
            case .outOfOrder(let newest):
                throw MigrationError.outOfOrder(migration.name, newestApplied: newest)
            }
        }
        return try Migrator.records(on: connection)
    }

    /// The newest applied migrations of a package, newest first.
    private func newest(_ steps: Int, of namespace: String?) throws -> [String] {
        let known = packages.map(\.namespace)
        guard let namespace = namespace ?? known.last, let place = known.firstIndex(of: namespace) else {
            throw MigrationError.unknownNamespace(namespace ?? "", known)
        }
        let applied = try verified()
        let own = applied.filter { $0.namespace == namespace }
        guard steps >= 0, steps <= own.count else { throw MigrationError.nothingToRevert }
        let newest = own.suffix(steps).reversed()
        let following = Set(known[(place + 1)...])
        for record in newest {
            if let later = applied.last(where: { $0.id > record.id && following.contains($0.namespace) }) {
                throw MigrationError.neededBy(record.name, later: later.name)
            }
        }
        return newest.map(\.name)
    }

    private func apply(_ name: String, _ progress: (MigrationEvent) -> Void) throws {
        let text = try self.text(of: name, .up)
        progress(.started(name, .up))
        try connection.execute(
            """
            INSERT INTO schema_migrations (name, checksum, started_at)
            VALUES (\(name), SHA2(\(text), 256), NOW(6))
            """)
        do {
            try run(text, name, .up, progress)
        } catch MigrationError.blocked(_, _, statement: 1, let holders) {
            // Nothing of it has taken effect.
            try connection.execute("DELETE FROM schema_migrations WHERE name = \(name)")
            throw MigrationError.blocked(name, .up, statement: 1, by: holders)
        }
        try connection.execute("UPDATE schema_migrations SET finished_at = NOW(6) WHERE name = \(name)")
        progress(.finished(name, .up))
    }

    private func revert(_ name: String, _ progress: (MigrationEvent) -> Void) throws {
        let text = try self.text(of: name, .down)
        progress(.started(name, .down))
        try connection.execute(
            "UPDATE schema_migrations SET started_at = NOW(6), finished_at = NULL WHERE name = \(name)")
        do {
            try run(text, name, .down, progress)
        } catch MigrationError.blocked(_, _, statement: 1, let holders) {
            try connection.execute("UPDATE schema_migrations SET finished_at = NOW(6) WHERE name = \(name)")
            throw MigrationError.blocked(name, .down, statement: 1, by: holders)
        }
        try connection.execute("DELETE FROM schema_migrations WHERE name = \(name)")
        progress(.finished(name, .down))
    }

    private func run(
        _ text: String, _ name: String, _ direction: MigrationDirection, _ progress: (MigrationEvent) -> Void
    ) throws {
        for (index, statement) in MigrationScript.statements(of: text).enumerated() {
            let patience = ContinuousClock.now + Migrator.patience
            var pause = Migrator.firstPause
            while true {
                do throws(DatabaseError) {
                    try connection.runMigration(statement)
                    break
                } catch {
                    guard error.isHeldUp else {
                        throw MigrationError.failed(name, direction, statement: index + 1, error)
                    }
                    let holders = try LockHolder.all(on: connection)
                    guard ContinuousClock.now + pause < patience else {
                        throw MigrationError.blocked(name, direction, statement: index + 1, by: holders)
                    }
                    progress(.waiting(name, direction, for: holders))
                    usleep(UInt32(pause.components.seconds) * 1_000_000)
                    pause = min(pause * 2, Migrator.longestPause)
                }
            }
        }
    }

    private func state(
        of name: String, _ record: MigrationRecord?, newest: String?
    ) throws -> MigrationStatus.State {
        guard let record else {
            guard let newest, name < newest else { return .pending }
            return .outOfOrder(newestApplied: newest)
        }
        guard let finishedAt = record.finishedAt else { return .halfRun(since: record.startedAt) }
        guard names.contains(name) else { return .missing }
        let text = try self.text(of: name, .up)
        let isUnchanged = try connection.first(
            "SELECT SHA2(\(text), 256) = \(record.checksum)", as: Bool.self)
        return isUnchanged == true ? .applied(at: finishedAt) : .changed
    }

    private static func records(on connection: Connection) throws(DatabaseError) -> [MigrationRecord] {
        do throws(DatabaseError) {
            return try connection.all(
                "SELECT id, name, checksum, started_at, finished_at FROM schema_migrations ORDER BY name")
        } catch {
            guard error.number == ServerError.noSuchTable else { throw error }
            return []
        }
    }
}
