/// Why migrations were not run, with what to do about it.
public enum MigrationError: Error, Sendable {
    /// The directory holds something else than well-named pairs; every fault is listed.
    case invalidFiles([String])
    /// No migration of that name is on disk.
    case unknown(String)
    /// No package of that name has migrations; those that do.
    case unknownNamespace(String, [String])
    /// There are fewer applied migrations than steps to take back.
    case nothingToRevert
    /// A migration is not to be taken back before another, which was applied later by a package that builds on it.
    case neededBy(String, later: String)
    /// Another migrator held the lock for the whole wait.
    case locked
    /// A migration was started and never finished.
    case halfRun(String)
    /// The file of an applied migration differs from what was applied.
    case changed(String)
    /// An applied migration has no file.
    case missing(String)
    /// A migration that is not applied is older than one that is.
    case outOfOrder(String, newestApplied: String)
    /// These migrations make or drop triggers, which the server refuses to the account. Nothing has been changed.
    case triggersRefused([String])
    /// A statement of a file, counted from 1, met a lock for as long as was waited. Nothing of a first one has taken
    /// effect.
    case blocked(String, MigrationDirection, statement: Int, by: [LockHolder])
    /// A statement of a file, counted from 1, failed.
    case failed(String, MigrationDirection, statement: Int, DatabaseError)
}

/// Which file of a pair.
public enum MigrationDirection: String, Sendable {
    /// Makes the change.
    case up
    /// Takes it back.
    case down
}

extension MigrationError: CustomStringConvertible {
    /// What is wrong, and what to do.
    public var description: String {
        switch self {
        case .invalidFiles(let faults):
            "the migrations cannot be read: \(faults.joined(separator: "; "))"
        case .unknown(let name):
            "there is no migration \(name)"
        case .unknownNamespace(let namespace, let known):
            "no package \(namespace) has migrations here; those that have some: \(known.joined(separator: ", "))"
        case .nothingToRevert:
            "there are not that many applied migrations"
        case .neededBy(let name, let later):
            """
            \(name) is not taken back while \(later) stands, which was applied after it and may build on it. Take that \
            back first, with --package \(MigrationFolder.namespace(of: later))
            """
        case .locked:
            "another migrator is at work on this database and did not finish; see SHOW PROCESSLIST"
        case .halfRun(let name):
            """
            \(name) was started and not finished, up or down, so the schema may hold a part of it. Compare the schema \
            with its two files and complete or undo it by hand. Then, if it is in, run \
            "UPDATE schema_migrations SET finished_at = NOW(6) WHERE name = '\(name)'", or if it is out, \
            "DELETE FROM schema_migrations WHERE name = '\(name)'"
            """
        case .changed(let name):
            "\(name).up.sql differs from what was applied. Restore it, and make the change in a new migration"
        case .missing(let name):
            "\(name) is applied, but has no file. Run the version of the program that has it"
        case .outOfOrder(let name, let newest):
            "\(name) is not applied but older than \(newest), which is. Give it a name with a later time"
        case .triggersRefused(let names):
            """
            nothing was changed: the server keeps a binary log and takes triggers, as of \
            \(names.joined(separator: ", ")), only of accounts with SUPER (error 1419). Set \
            log_bin_trust_function_creators = 1 in the server's configuration and by SET GLOBAL, or give the account \
            of the migrations SUPER
            """
        case .blocked(let name, let direction, let statement, let holders):
            """
            statement \(statement) of \(name).\(direction.rawValue).sql did not get its lock; \
            \(statement == 1 ? "nothing was changed" : "those before it stand"). \(LockHolder.sentence(holders))
            """
        case .failed(let name, let direction, let statement, let cause):
            "statement \(statement) of \(name).\(direction.rawValue).sql failed; those before it stand. \(cause)"
        }
    }
}
