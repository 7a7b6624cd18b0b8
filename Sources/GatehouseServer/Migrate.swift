import ArgumentParser
import Database
import Gatehouse
import Web

/// Applies and reverts migrations of the database.
struct Migrate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Change the database's structure.",
        discussion: "Signs in as GATEHOUSE_MIGRATE_USER. Simultaneous migrators are safe: one works, the others wait.",
        subcommands: [Up.self, Down.self, Status.self, Redo.self])

    struct Up: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Apply all pending migrations.",
            discussion: """
                Applies those of Gatehouse first, then those of each other package. Each package has its own order: a \
                migration older than the newest applied one of the same package is refused.

                Then updates the keys by which addresses are compared to the rule of this version, and names the \
                accounts whose addresses have become equal.
                """)

        func run() throws {
            try Migrate.perform { migrator, connection in
                var isUpToDate = true
                try migrator.up { event in
                    isUpToDate = false
                    Migrate.report(event)
                }
                if isUpToDate { print("All migrations are applied already.") }
                try AddressKeys.renew(on: connection) { print($0) }
            }
        }
    }

    struct Down: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Revert the newest migrations of a package. Their data is lost.",
            discussion: """
                At a terminal, the command asks for confirmation. A migration cannot be reverted while later packages \
                have migrations that were applied after it.
                """)

        @Option(parsing: .unconditional, help: "How many.")
        var steps = 1

        @OptionGroup var owner: PackageOption
        @OptionGroup var confirmation: ConfirmationOption

        func validate() throws {
            guard steps > 0 else { throw ValidationError("--steps must be at least 1.") }
        }

        func run() throws {
            try Migrate.perform { migrator, _ in
                try migrator.down(
                    steps: steps, of: owner.name, progress: Migrate.report,
                    confirm: { names in
                        try confirmation.confirm("Revert \(names.joined(separator: ", ")), and lose the data?")
                    })
            }
        }
    }

    struct Status: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the migrations and their state.",
            discussion: "Migrations of other packages have the package's name before a slash.")

        func run() throws {
            try Migrate.perform { migrator, _ in
                for migration in try migrator.status() { print("\(migration.name)  \(migration.state.words)") }
            }
        }
    }

    struct Redo: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Revert the newest migration of a package and apply it again. Its data is lost.",
            discussion: "At a terminal this asks first.")

        @OptionGroup var owner: PackageOption
        @OptionGroup var confirmation: ConfirmationOption

        func run() throws {
            try Migrate.perform { migrator, connection in
                try migrator.redo(
                    of: owner.name, progress: Migrate.report,
                    confirm: { names in
                        try confirmation.confirm(
                            "Revert \(names.joined(separator: ", ")), lose the data, and apply it again?")
                    })
                try AddressKeys.renew(on: connection) { print($0) }
            }
        }
    }

    private static func perform(_ body: (Migrator, Connection) throws -> Void) throws {
        do {
            let settings = try MigrationSettings.load(from: SettingSource.ofProcess(Server.program.settingNames))
            let connection = DatabaseClient(settings.database).connection()
            defer { connection.close() }
            let folders = try Server.program.migrationFolders(of: settings.migrations)
            try body(Migrator(folders, connection: connection), connection)
        } catch {
            throw Failure.told(error)
        }
    }

    private static func report(_ event: MigrationEvent) {
        switch event {
        case .started(let name, let direction): print("\(direction.rawValue) \(name) …")
        case .waiting(let name, let direction, let holders):
            print("\(direction.rawValue) \(name) waits for a lock. \(LockHolder.sentence(holders)) Trying again …")
        case .finished(let name, let direction): print("\(direction.rawValue) \(name) done")
        }
    }
}

/// The package whose migrations are reverted.
struct PackageOption: ParsableArguments {
    @Option(
        name: .customLong("package"),
        help: ArgumentHelp("The package; by default, the last one of the program.", valueName: "name"))
    var name: String?
}

extension MigrationStatus.State {
    /// The state of the migration, for people.
    fileprivate var words: String {
        switch self {
        case .applied(let time): "applied \(time.rfc3339)"
        case .pending: "pending"
        case .halfRun(let time): "HALF RUN: started \(time.rfc3339), not finished"
        case .changed: "CHANGED since it was applied"
        case .missing: "applied, but its file is MISSING"
        case .outOfOrder(let newest): "pending, but OLDER than the applied \(newest)"
        }
    }
}
