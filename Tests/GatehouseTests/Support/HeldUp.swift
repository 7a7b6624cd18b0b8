import Database
import GatehouseTesting
import Threads
import Web

@testable import Gatehouse

/// Nothing waited for the transaction.
struct NothingWaits: Error {}

extension TestDatabase {
    /// Runs something while a transaction holds what it has to wait for, and commits that once it waits.
    /// - Parameters:
    ///   - changes: what the transaction does before the waiting begins.
    ///   - meanwhile: is done in the transaction while the other waits.
    ///   - body: has to wait.
    /// - Returns: what the other returned.
    func waiting<Result: Sendable>(
        for changes: @escaping @Sendable (Connection) throws -> Void,
        meanwhile: @escaping @Sendable (Connection) throws -> Void, _ body: @escaping @Sendable () throws -> Result
    ) throws -> Result? {
        let isHeld = Monitor(false)
        let results = try inParallel(2) { index -> Result? in
            guard index == 0 else {
                isHeld.wait { $0 ? () : nil }
                return try body()
            }
            defer { isHeld.update { $0 = true } }
            try self.connection().transaction { db in
                let holder: UInt64 = try db.first("SELECT CONNECTION_ID()") ?? 0
                try changes(db)
                isHeld.update { $0 = true }
                guard try eventually({ try LockWaits.blockers(db).contains(holder) }) else { throw NothingWaits() }
                try meanwhile(db)
            }
            return nil
        }
        return try results.map { try $0.get() }.last ?? nil
    }
}

extension TestApplication {
    /// Sends a request while a transaction holds what the request has to wait for, and commits that once it waits.
    /// - Parameters:
    ///   - changes: what the transaction does before the request comes, and the request must find out when it goes on.
    ///   - meanwhile: is done while the request waits.
    ///   - request: sends it.
    /// - Returns: its answer.
    func answer(
        heldUpBy changes: SQL..., meanwhile: @escaping @Sendable () throws -> Void = {},
        to request: @escaping @Sendable () -> Response
    ) throws -> Response? {
        try database.waiting(
            for: { db in for change in changes { try db.execute(change) } }, meanwhile: { _ in try meanwhile() },
            request)
    }
}

/// The connections that hold up others at this moment. InnoDB updates its table only if nobody has asked for a tenth of
/// a second, so concurrent tests ask together, and not more often.
private enum LockWaits {
    private static let seen = Monitor((at: ContinuousClock.now, blockers: Set<UInt64>()))

    /// The connections for whose locks others wait.
    static func blockers(_ db: Connection) throws -> Set<UInt64> {
        try seen.update { seen in
            if seen.at.duration(to: .now) > .milliseconds(150) {
                let blockers: [UInt64] = try db.all(
                    """
                    SELECT t.trx_mysql_thread_id FROM information_schema.innodb_lock_waits w
                    JOIN information_schema.innodb_trx t ON t.trx_id = w.blocking_trx_id
                    """)
                seen = (.now, Set(blockers))
            }
            return seen.blockers
        }
    }
}
