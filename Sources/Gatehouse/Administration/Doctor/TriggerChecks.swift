import Database

/// Whether the database's triggers work. After a restore without triggers, or on a server without the account that
/// created them, a database seems intact until a change needs one. So each is tested by a change that is rolled back.
struct TriggerChecks {
    let db: Connection
    /// The sign-in of the migrating account; `nil` if its password is not set.
    let migrations: DatabaseSettings?

    /// Thrown to roll back the changes.
    private struct Tried: Error {
        /// The changes for which a trigger did not work.
        let failed: [String]
    }

    /// Whether changes of roles and signing keys are counted. If not, processes use roles and keys that are up to a
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
                triggers. Restore them: until then changes of roles or signing keys take effect only after up to a \
                minute.
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

    /// Whether audit events are protected from change and deletion.
    func audit() throws -> Finding {
        let taken = try trying { db in
            try Audit.record(ProfileChanged.action, by: .command, target: nil, in: db)
            return try Self.refused.filter { try !isRefused($0.1, in: db) }.map(\.0)
        }
        guard taken.isEmpty else {
            return .fault(
                "audit", "an audit event can be \(taken.joined(separator: " and "))",
                """
                The triggers of the migrations audit_audit_events and audit_erase_addresses are missing, as after a \
                restore without triggers. Restore them.
                """)
        }
        return .ok("audit", "events are protected from change and deletion")
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
    /// - Returns: the result of `changes`.
    private func trying(_ changes: (Connection) throws -> [String]) throws -> [String] {
        do {
            return try db.transaction { db in throw Tried(failed: try changes(db)) }
        } catch let tried as Tried {
            return tried.failed
        }
    }

    /// Whether the migrating account has the right SUPER.
    enum SuperRight {
        case given
        case lacking
        case unknown(because: String)
    }

    /// Whether the server would accept the triggers of a later migration.
    func binaryLog() throws -> Finding {
        guard try Migrator.needsSuperForTriggers(on: db) else { return .ok("binary log", "triggers can be created") }
        return Self.binaryLog(superRight())
    }

    /// The account must check this itself, since another one does not see its rights.
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
        case .given: return .ok("binary log", "\(account) has SUPER, so it may create triggers")
        case .lacking: lack = "\(account) lacks SUPER"
        case .unknown(let reason): lack = "whether \(account) has SUPER is unknown, since \(reason)"
        }
        return .warning(
            "binary log", "the server keeps one, and lets only accounts with SUPER create triggers; \(lack)",
            """
            Set log_bin_trust_function_creators = 1 in the server's configuration, or give SUPER to \(account); \
            without either, `\(Program.command) migrate up` refuses migrations that make triggers.
            """)
    }
}
