import Database

/// All statements on the table `rate_limits`: limits that are exact and outlast a restart. Times are those of the
/// database.
///
/// `NOW` is the time at which a statement begins, `SYSDATE` the time at which it is evaluated (MariaDB manual,
/// "SYSDATE"). A row that exists is changed by `SYSDATE`: among requests at once, a statement may get the row after one
/// that began later, and would take its own `NOW` to be before that one's, and the bucket to be emptier than it is.
enum RateLimitRepository {
    /// A bucket of a subject: both are HMACs.
    struct BucketKey {
        let subject: [UInt8]
        let bucket: [UInt8]
    }

    private struct State: RowDecodable {
        let isGranted: Bool
        let untilFull: Int
        /// The same for failures alone; zero if there are none.
        let failuresUntilFull: Int

        init(row: Row) throws(DatabaseError) {
            isGranted = try row.decode("is_granted")
            untilFull = try row.decode("until_full")
            failuresUntilFull = try row.decode("failures_until_full")
        }
    }

    /// Takes one unit in one statement, so concurrent requests are never granted more than the quota. If the caller has
    /// a transaction, a rollback returns the unit.
    ///
    /// MariaDB assigns from left to right (manual, "UPDATE"), so `full_at` is computed with the new `is_granted`. As in
    /// `RateLimit.take`, a time further ahead than an empty bucket takes counts as full.
    static func take(_ key: BucketKey, _ limit: RateLimit, policy: String, in db: Connection) throws -> RateLimitVerdict
    {
        let state = try takeUnit(key, limit, in: db)
        return RateLimitVerdict(policy, limit, isGranted: state.isGranted, untilFull: state.untilFull)
    }

    /// The result of a reservation.
    struct Reservation {
        let verdict: RateLimitVerdict
        /// After a refusal: whether failures alone are the reason, and not units that may still be returned.
        let isSpent: Bool
    }

    /// Takes one unit for an attempt, which is returned unless the attempt fails. It is as exact as `take`.
    static func reserve(_ key: BucketKey, _ limit: RateLimit, policy: String, in db: Connection) throws -> Reservation {
        let state = try takeUnit(key, limit, in: db)
        return Reservation(
            verdict: RateLimitVerdict(policy, limit, isGranted: state.isGranted, untilFull: state.untilFull),
            isSpent: !state.isGranted && !limit.take(untilFull: state.failuresUntilFull).isGranted)
    }

    /// Records that an attempt failed, so its unit stays taken.
    ///
    /// `failures_full_at` is the value that `full_at` would have if every attempt under way returned its unit, so it is
    /// never later; once all have failed, the two are equal.
    /// - Returns: the rest of the quota that failures leave.
    static func fail(_ key: BucketKey, _ limit: RateLimit, policy: String, in db: Connection) throws -> RateLimitVerdict
    {
        let untilFull: Int? = try db.first(
            """
            INSERT INTO rate_limits (subject, bucket, full_at, failures_full_at, is_granted)
            VALUES (\(key.subject), \(key.bucket), NOW(6) + INTERVAL \(limit.interval) MICROSECOND,
                    NOW(6) + INTERVAL \(limit.interval) MICROSECOND, TRUE)
            ON DUPLICATE KEY UPDATE
                failures_full_at = LEAST(full_at, INTERVAL \(limit.interval) MICROSECOND
                    + IF(failures_full_at BETWEEN SYSDATE(6) AND SYSDATE(6) + INTERVAL \(limit.window) MICROSECOND,
                         failures_full_at, SYSDATE(6)))
            RETURNING TIMESTAMPDIFF(MICROSECOND, SYSDATE(6), failures_full_at)
            """)
        guard let untilFull else { throw RowVanished() }
        return RateLimitVerdict(policy, limit, isGranted: true, untilFull: max(0, untilFull))
    }

    private static func takeUnit(_ key: BucketKey, _ limit: RateLimit, in db: Connection) throws -> State {
        let state: State? = try db.first(
            """
            INSERT INTO rate_limits (subject, bucket, full_at, is_granted)
            VALUES (\(key.subject), \(key.bucket), NOW(6) + INTERVAL \(limit.interval) MICROSECOND, TRUE)
            ON DUPLICATE KEY UPDATE
                full_at = IF(full_at BETWEEN SYSDATE(6) AND SYSDATE(6) + INTERVAL \(limit.window + RateLimit.clockSkew)
                             MICROSECOND,
                             LEAST(full_at, SYSDATE(6) + INTERVAL \(limit.window) MICROSECOND), SYSDATE(6)),
                is_granted = full_at + INTERVAL \(limit.interval) MICROSECOND
                             <= SYSDATE(6) + INTERVAL \(limit.window) MICROSECOND,
                full_at = IF(is_granted, full_at + INTERVAL \(limit.interval) MICROSECOND, full_at)
            RETURNING is_granted, TIMESTAMPDIFF(MICROSECOND, SYSDATE(6), full_at) AS until_full,
                      COALESCE(TIMESTAMPDIFF(MICROSECOND, SYSDATE(6), failures_full_at), 0) AS failures_until_full
            """)
        guard let state else { throw RowVanished() }
        return state
    }

    /// Returns one unit.
    static func giveBack(_ key: BucketKey, _ limit: RateLimit, in db: Connection) throws(DatabaseError) {
        try db.execute(
            """
            UPDATE rate_limits SET full_at = full_at - INTERVAL \(limit.interval) MICROSECOND
            WHERE subject = \(key.subject) AND bucket = \(key.bucket)
            """)
    }

    /// Fills every bucket of a subject.
    static func forget(_ subject: [UInt8], in db: Connection) throws(DatabaseError) {
        try db.execute("DELETE FROM rate_limits WHERE subject = \(subject)")
    }

    /// Deletes buckets that have been full for a while.
    /// - Returns: how many; fewer than `limit` when none are left.
    static func purge(limit: Int, in db: Connection) throws(DatabaseError) -> Int {
        try db.execute(
            "DELETE FROM rate_limits WHERE full_at < NOW(6) - INTERVAL 1 DAY ORDER BY full_at LIMIT \(limit)"
        ).affectedRows
    }
}
