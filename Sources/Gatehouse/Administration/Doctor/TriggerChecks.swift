import Database

/// Whether the database's triggers do their work. After a restore without triggers, or on a server that lacks the
/// account that made them, a database looks well until a change needs one. So each is tried, by a change that is rolled
/// back.
struct TriggerChecks {
    let db: Connection
    /// Where the account of the migrations signs in; `nil` where its password is not set.
    let migrations: DatabaseSettings?

    /// Thrown, so that nothing of the changes stays.
    private struct Tried: Error {
        /// The changes that a trigger did not do its work on.
        let failed: [String]
    }

    /// Whether changes of roles and signing keys are counted. If not, processes go by roles and keys that are up to a
    /// minute old.
    func accessVersion() throws -> Finding {
        let uncounted = try trying { db in
            var uncounted: [String] = []
            var version = try AccessVersion.current(in: db)
            for (name, change) in Self.counted {
                try db.execute(change)
                let now = try AccessVersion.current(in: db)
                if now == nil || now == version { uncounted.append(name) }
                version = now
            }
            return uncounted
        }
        guard uncounted.isEmpty else {
            return .fault(
                "access version", "access_versions does not count: \(uncounted.joined(separator: ", "))",
                """
                The row or triggers of the migration access_access_versions are missing, as after a restore without \
                triggers. Restore them: until then a change of roles or signing keys takes up to a minute to count.
                """)
        }
        return .ok("access version", "changes of roles and signing keys are counted")
    }

    private static var counted: [(String, SQL)] {
        [
            ("a new role", "INSERT INTO roles (public_id, name) VALUES (UUID(), 'gatehouse doctor')"),
            ("a changed role", "UPDATE roles SET version = version + 1 WHERE name = 'gatehouse doctor'"),
            ("a deleted role", "DELETE FROM roles WHERE name = 'gatehouse doctor'"),
            (
                "a new signing key",
                """
                INSERT INTO signing_keys (generation, kid, private_key_sealed, signs_from)
                VALUES (4294967295, 'gatehouse doctor', '', NOW(6) + INTERVAL 1 YEAR)
                """
            ),
            ("a changed signing key", "UPDATE signing_keys SET withdrawn_at = NOW(6) WHERE kid = 'gatehouse doctor'"),
            ("a deleted signing key", "DELETE FROM signing_keys WHERE kid = 'gatehouse doctor'"),
        ]
    }

    /// Whether events of the audit are kept from being changed and deleted.
    func audit() throws -> Finding {
        let taken = try trying { db in
            try Audit.record(.userUpdated, from: nil, in: db)
            return try Self.refused.filter { try !isRefused($0.1, in: db) }.map(\.0)
        }
        guard taken.isEmpty else {
            return .fault(
                "audit", "an event of the audit can be \(taken.joined(separator: " and "))",
                """
                The triggers of the migrations audit_audit_events and audit_erase_addresses are missing, as after a \
                restore without triggers. Restore them.
                """)
        }
        return .ok("audit", "events are kept from being changed and deleted")
    }

    private static var refused: [(String, SQL)] {
        [
            ("changed", "UPDATE audit_events SET request_id = 'changed' WHERE id = LAST_INSERT_ID()"),
            ("deleted", "DELETE FROM audit_events WHERE id = LAST_INSERT_ID()"),
        ]
    }

    private func isRefused(_ change: SQL, in db: Connection) throws -> Bool {
        do throws(DatabaseError) {
            try db.execute(change)
            return false
        } catch {
            guard error.isRefusedByTrigger else { throw error }
            return true
        }
    }

    /// Runs changes, and rolls them back.
    /// - Returns: what `changes` does.
    private func trying(_ changes: (Connection) throws -> [String]) throws -> [String] {
        do {
            return try db.transaction { db in throw Tried(failed: try changes(db)) }
        } catch let tried as Tried {
            return tried.failed
        }
    }

    /// Whether the account of the migrations has the right SUPER.
    enum SuperRight {
        case given
        case lacking
        case unknown(because: String)
    }

    /// Whether the server takes the triggers of a later migration.
    func binaryLog() throws -> Finding {
        guard try Migrator.needsSuperForTriggers(on: db) else { return .ok("binary log", "no hindrance to triggers") }
        return Self.binaryLog(superRight())
    }

    /// The account looks itself: another one does not see its rights.
    private func superRight() -> SuperRight {
        guard let migrations else { return .unknown(because: "GATEHOUSE_MIGRATE_PASSWORD is not set here") }
        let connection = DatabaseClient(migrations).connection()
        defer { connection.close() }
        do throws(DatabaseError) {
            return try Migrator.hasSuper(on: connection) ? .given : .lacking
        } catch {
            return .unknown(because: "\(migrations.user) cannot sign in: \(error)")
        }
    }

    static func binaryLog(_ right: SuperRight) -> Finding {
        let account = "the account of the migrations"
        let lack: String
        switch right {
        case .given: return .ok("binary log", "\(account) has SUPER, so the server takes its triggers")
        case .lacking: lack = "\(account) lacks it"
        case .unknown(let reason): lack = "whether \(account) has it is unknown, since \(reason)"
        }
        return .warning(
            "binary log", "the server keeps one, and takes triggers of accounts with SUPER only; \(lack)",
            """
            Set log_bin_trust_function_creators = 1 in the server's configuration, or give SUPER to \(account); \
            without either, `\(Program.command) migrate up` refuses migrations that make triggers.
            """)
    }
}
