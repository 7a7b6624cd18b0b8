import Database
import FoundationEssentials
import Web

/// Whether the database is available and new enough, grants exactly the necessary rights, and has the structure of this
/// version.
struct DatabaseChecks {
    private let settings: Settings
    private let program: Program
    private let db: Connection

    /// - Parameter migrations: the sign-in of the migrating account; `nil` if its password is not set.
    static func examine(_ settings: Settings, _ program: Program, migrations: DatabaseSettings?) -> [Finding] {
        let checks = DatabaseChecks(
            settings: settings, program: program, db: DatabaseClient(settings.database).connection())
        defer { checks.db.close() }
        do {
            guard let version: String = try checks.db.first("SELECT VERSION()") else { return [] }
            let triggers = TriggerChecks(db: checks.db, migrations: migrations)
            let findings = checks.each([
                ("database rights", checks.rights), ("database changes", checks.changes),
                ("connections", checks.connections), ("prepared statements", checks.statements),
                ("migrations", checks.migrations), ("addresses", checks.addresses),
                ("signing keys", checks.signingKeys), ("access version", triggers.accessVersion),
                ("audit", triggers.audit), ("binary log", triggers.binaryLog), ("clock", checks.clock),
            ])
            // Without its migrations, the database does not have addresses in the form of this version. Triggers are
            // tested by changes.
            let broken = Set(findings.filter { $0.status == .fault }.map(\.check))
            let takesChanges = broken.isDisjoint(with: ["migrations", "database changes", "database rights"])
            let isLeftOut = [
                "addresses": broken.contains("migrations"), "access version": !takesChanges, "audit": !takesChanges,
            ]
            return [Finding.ok("database", "\(settings.database)"), checks.version(version)]
                + findings.filter { isLeftOut[$0.check] != true }
        } catch {
            return [
                .fault(
                    "database", "\(settings.database): \(error)",
                    "Start MariaDB, and compare GATEHOUSE_DATABASE_… with its accounts. Then run doctor again.")
            ]
        }
    }

    private func each(_ checks: [(name: String, examine: () throws -> Finding)]) -> [Finding] {
        checks.map { check in
            do {
                return try check.examine()
            } catch let error as DatabaseError where error.isDefinerMissing {
                return .fault(
                    check.name, "\(error)",
                    """
                    Triggers run as the account that created them, which this server lacks, as after a restore of \
                    another server's dump. Create the same account with its rights on this database: until then such \
                    changes fail.
                    """)
            } catch {
                return .fault(check.name, "\(error)", "See the database's log.")
            }
        }
    }

    /// The minimum version, since which UUIDs of version 7 sort by time (MDEV-29959).
    private static let leastVersion = [10, 11, 5]

    private func version(_ text: String) -> Finding {
        let numbers = text.prefix { $0 != "-" }.split(separator: ".").compactMap { Int($0) }
        let least = Self.leastVersion.map(String.init).joined(separator: ".")
        guard text.contains("MariaDB"), !numbers.lexicographicallyPrecedes(Self.leastVersion) else {
            return .fault("database version", text, "Gatehouse needs MariaDB \(least) or later.")
        }
        return .ok("database version", text)
    }

    private func rights() throws -> Finding {
        let grants: [String] = try db.all("SHOW GRANTS")
        let rights = DatabaseRights(grants: grants, database: settings.database.name)
        let lacking = DatabaseRights.needed.subtracting(rights.names).sorted().joined(separator: ", ")
        guard lacking.isEmpty else {
            return .fault(
                "database rights", "\(settings.database.user) lacks \(lacking) on \(settings.database.name)",
                "GRANT \(lacking) ON \(settings.database.name).* TO the account.")
        }
        let superfluous = rights.names.intersection(DatabaseRights.structural).sorted().joined(separator: ", ")
        guard superfluous.isEmpty else {
            return .warning(
                "database rights", "\(settings.database.user) also has the right to \(superfluous)",
                """
                Give the program an account that can only change data, and GATEHOUSE_MIGRATE_USER the other rights; \
                then a fault in the program cannot drop a table.
                """)
        }
        return .ok("database rights", DatabaseRights.needed.sorted().joined(separator: ", "))
    }

    private func changes() throws -> Finding {
        guard try db.isWritable() else {
            return .fault(
                "database changes", "no server accepts changes: read_only is set",
                "Add the server that took over to GATEHOUSE_DATABASE_HOSTS, or SET GLOBAL read_only = 0.")
        }
        return .ok("database changes", "taken")
    }

    /// Processes of a usual installation, one of them about to be replaced.
    private static let processes = 3

    /// Threads of a process besides its workers: for probes, and for a scrape of the metrics.
    private static let spareThreads = 2

    /// The sessions of a process: one for each of its threads that use the database.
    private func sessions() throws -> Int {
        try program.modules.workers.reduce(settings.workers + Self.spareThreads + settings.jobWorkers) {
            try $0 + $1.count(settings.ofModules)
        }
    }

    private func connections() throws -> Finding {
        let most: Int = try db.first("SELECT @@max_connections") ?? 0
        let needed = try sessions()
        let finding = "a process needs \(needed), max_connections is \(most)"
        let advice = """
            Set max_connections above \(Self.processes * needed), for two processes and a third during a replacement, \
            or lower GATEHOUSE_WORKERS.
            """
        if needed >= most { return .fault("connections", finding, advice) }
        if Self.processes * needed >= most { return .warning("connections", finding, advice) }
        return .ok("connections", finding)
    }

    /// A session keeps its statements prepared; at the server's limit it must prepare them repeatedly.
    private func statements() throws -> Finding {
        let most: Int = try db.first("SELECT @@max_prepared_stmt_count") ?? 0
        let sessions = try Self.processes * sessions()
        let needed = sessions * settings.database.statementCacheSize
        let finding = "\(sessions) sessions keep up to \(needed), max_prepared_stmt_count is \(most)"
        guard needed <= most else {
            return .warning(
                "prepared statements", finding,
                """
                Set max_prepared_stmt_count to at least \(needed), for two processes and a third during a replacement. \
                At the limit statements must be prepared repeatedly, and some requests may get 503.
                """)
        }
        return .ok("prepared statements", finding)
    }

    private func migrations() throws -> Finding {
        let all = try Migrator(program.modules.migrationFolders(of: settings.migrations), connection: db).status()
        let pending = all.filter { $0.state == .pending }.map(\.name)
        let newer = all.filter { $0.state == .missing }.map(\.name)
        let broken = all.filter { migration in
            switch migration.state {
            case .halfRun, .changed, .outOfOrder: true
            case .applied, .pending, .missing: false
            }
        }.map(\.name)
        if !broken.isEmpty {
            return .fault(
                "migrations", "half run, changed or out of order: \(broken.joined(separator: ", "))",
                "`\(Program.command) migrate status` tells which, `\(Program.command) migrate up` what to do.")
        }
        if !pending.isEmpty {
            return .fault(
                "migrations", "not applied: \(pending.joined(separator: ", "))", "Run `\(Program.command) migrate up`.")
        }
        if !newer.isEmpty {
            return .warning(
                "migrations", "applied but unknown to this version: \(newer.joined(separator: ", "))",
                "Run the version of the program that has them.")
        }
        return .ok("migrations", "all \(all.count) applied")
    }

    /// Whether every account can be found by its address.
    private func addresses() throws -> Finding {
        let found = try AddressKeys.examine(in: db)
        if found.outdated > 0 {
            return .fault(
                "addresses",
                """
                this version cannot find \(found.outdated) accounts by their address, because their keys are \
                outdated
                """,
                "Run `\(Program.command) migrate up`.")
        }
        if !found.unreadable.isEmpty {
            return .warning(
                "addresses", "this version cannot read the address of \(Self.accounts(found.unreadable))",
                "No mail reaches them, and they cannot sign in. `\(Program.command) user show` tells who they are.")
        }
        if !found.besideAnother.isEmpty {
            return .warning(
                "addresses", "\(Self.accounts(found.besideAnother)): \(AddressKeys.besideAnother)",
                "Ask their owners which of the two accounts should stay, and delete the other.")
        }
        return .ok("addresses", "every account can be found by its address")
    }

    private static let mostShown = 10

    private static func accounts(_ ids: [UUID]) -> String {
        let shown = ids.prefix(mostShown).map { $0.text }.joined(separator: ", ")
        return "\(ids.count == 1 ? "account" : "\(ids.count) accounts:") \(shown)\(ids.count > mostShown ? ", …" : "")"
    }

    private func signingKeys() throws -> Finding {
        do {
            let count = try SigningKeyRepository(settings.masterKeys).read(in: db).usable
            if count == 0 {
                return .warning("signing keys", "there is none yet", "The first process makes it.")
            }
            return .ok("signing keys", "the master key opens \(count == 1 ? "the one" : "all \(count)")")
        } catch let error as SigningKey.Unreadable {
            return .fault(
                "signing keys", "\(error)",
                """
                Add the master key that sealed it to GATEHOUSE_MASTER_KEY; `\(Program.command) keys list` shows its id.
                """
            )
        }
    }

    /// The tolerated difference of the clocks in seconds: far less than the ten minutes of a key rotation.
    private static let tolerance = 2.0

    private func clock() throws -> Finding {
        let before = Date()
        guard let database: Date = try db.first("SELECT NOW(6)") else { return .ok("clock", "unknown") }
        let between = before.addingTimeInterval(Date().timeIntervalSince(before) / 2)
        let difference = database.timeIntervalSince(between)
        let milliseconds = Int((difference * 1000).rounded())
        guard abs(difference) <= Self.tolerance else {
            let finding = "the database's clock differs by \(milliseconds) ms from this machine's"
            let advice = "Synchronise both with NTP."
            return abs(difference) > Double(AccessTokens.skew)
                ? .fault("clock", finding, advice) : .warning("clock", finding, advice)
        }
        return .ok("clock", "the database's differs by \(milliseconds) ms")
    }
}
