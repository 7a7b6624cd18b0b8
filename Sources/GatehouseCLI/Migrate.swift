import ArgumentParser
import Database
import Gatehouse
import Web

/// Brings the database's structure up or down.
struct Migrate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Change the database's structure.",
        discussion: "Signs in with GATEHOUSE_MIGRATE_USER. Several at once are safe: one works, the others wait.",
        subcommands: [Up.self, Down.self, Status.self, Redo.self])

    struct Up: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Apply every migration that is not applied yet.",
            discussion: """
                Then brings the keys by which addresses are compared up to the rule of this version, and names the accounts whose \
                addresses have become the same.
                """)

        func run() throws {
            try Migrate.perform { migrator, connection in
                var isUpToDate = true
                try migrator.up { event in
                    isUpToDate = false
                    Migrate.report(event)
                }
                if isUpToDate { print("Every migration is applied already.") }
                try AddressKeys.renew(on: connection) { print($0) }
            }
        }
    }

    struct Down: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take the newest migrations back. Their data is lost.",
            discussion: "At a terminal this asks first.")

        @Option(parsing: .unconditional, help: "How many.")
        var steps = 1

        @OptionGroup var confirmation: ConfirmationOption

        func validate() throws {
            guard steps > 0 else { throw ValidationError("--steps must be at least 1.") }
        }

        func run() throws {
            try Migrate.perform { migrator, _ in
                try migrator.down(
                    steps: steps, progress: Migrate.report,
                    confirm: { names in
                        try confirmation.confirm("Take back \(names.joined(separator: ", ")), and lose the data?")
                    })
            }
        }
    }

    struct Status: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the migrations and their state.")

        func run() throws {
            try Migrate.perform { migrator, _ in
                for migration in try migrator.status() { print("\(migration.name)  \(migration.state.words)") }
            }
        }
    }

    struct Redo: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take the newest migration back and apply it again. Its data is lost.",
            discussion: "At a terminal this asks first.")

        @OptionGroup var confirmation: ConfirmationOption

        func run() throws {
            try Migrate.perform { migrator, connection in
                try migrator.redo(
                    progress: Migrate.report,
                    confirm: { names in
                        try confirmation.confirm(
                            "Take back \(names.joined(separator: ", ")), lose the data, and apply it again?")
                    })
                try AddressKeys.renew(on: connection) { print($0) }
            }
        }
    }

    private static func perform(_ body: (Migrator, Connection) throws -> Void) throws {
        do {
            let settings = try MigrationSettings.load(from: SettingSource.ofProcess())
            let connection = Database(settings.database).connection()
            defer { connection.close() }
            try body(Migrator(directory: settings.migrations, connection: connection), connection)
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

extension MigrationStatus.State {
    /// How the migration stands, for people.
    fileprivate var words: String {
        switch self {
        case .applied(let time): "applied \(time.rfc3339)"
        case .pending: "pending"
        case .halfRun(let time): "HALF RUN: started \(time.rfc3339) and never finished"
        case .changed: "CHANGED since it was applied"
        case .missing: "applied, but its file is MISSING"
        case .outOfOrder(let newest): "pending, but OLDER than the applied \(newest)"
        }
    }
}
