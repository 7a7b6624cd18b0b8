/// Why migrations were not run, with the remedy.
package enum MigrationError: Error, Sendable {
    /// The directory has files that are not well-named pairs; every fault is listed.
    case invalidFiles([String])
    /// No migration of that name is on disk.
    case unknown(String)
    /// No package of that name has migrations; those that do.
    case unknownNamespace(String, [String])
    /// There are fewer applied migrations than steps to revert.
    case nothingToRevert
    /// A migration must not be reverted before another one, which a dependent package applied later.
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
    /// These migrations create or drop triggers, which the account may not do on this server. Nothing has been changed.
    case triggersRefused([String])
    /// A statement of a file, counted from 1, did not get its lock in time. If it is the first one, nothing has been
    /// changed.
    case blocked(String, MigrationDirection, statement: Int, by: [LockHolder])
    /// A statement of a file, counted from 1, failed.
    case failed(String, MigrationDirection, statement: Int, DatabaseError)
}

/// Which file of a pair.
package enum MigrationDirection: String, Sendable {
    /// Makes the change.
    case up
    /// Reverts it.
    case down
}

extension MigrationError: CustomStringConvertible {
    /// The fault and its remedy.
    package var description: String {
        switch self {
        case .invalidFiles(let faults):
            "the migrations cannot be read: \(faults.joined(separator: "; "))"
        case .unknown(let name):
            "there is no migration \(name)"
        case .unknownNamespace(let namespace, let known):
            "no package \(namespace) has migrations here; those that have some: \(known.joined(separator: ", "))"
        case .nothingToRevert:
            "there are fewer applied migrations"
        case .neededBy(let name, let later):
            """
            \(name) cannot be reverted while \(later) is applied, which was applied after it and may depend on it. \
            Revert that first, with --package \(MigrationFolder.namespace(of: later))
            """
        case .locked:
            "another migrator is working on this database and did not finish in time; see SHOW PROCESSLIST"
        case .halfRun(let name):
            """
            \(name) was started and not finished, up or down, so the schema may contain a part of it. Compare the \
            schema with its two files and complete or undo it by hand. Then, if it is applied, run "UPDATE \
            schema_migrations SET finished_at = NOW(6) WHERE name = '\(name)'", or if it is undone, "DELETE FROM \
            schema_migrations WHERE name = '\(name)'"
            """
        case .changed(let name):
            "\(name).up.sql differs from what was applied. Restore it, and make the change in a new migration"
        case .missing(let name):
            "\(name) is applied, but has no file. Run the version of the program that has it"
        case .outOfOrder(let name, let newest):
            "\(name) is not applied, but older than the applied \(newest). Give it a name with a later time"
        case .triggersRefused(let names):
            """
            nothing was changed: the server keeps a binary log and lets only accounts with SUPER create triggers, as \
            in \(names.joined(separator: ", ")) (error 1419). Set log_bin_trust_function_creators = 1 in the server's \
            configuration and by SET GLOBAL, or give SUPER to the migrating account
            """
        case .blocked(let name, let direction, let statement, let holders):
            """
            statement \(statement) of \(name).\(direction.rawValue).sql did not get its lock; \
            \(statement == 1 ? "nothing was changed" : "the statements before it remain"). \
            \(LockHolder.sentence(holders))
            """
        case .failed(let name, let direction, let statement, let cause):
            """
            statement \(statement) of \(name).\(direction.rawValue).sql failed; the statements before it remain. \
            \(cause)
            """
        }
    }
}
