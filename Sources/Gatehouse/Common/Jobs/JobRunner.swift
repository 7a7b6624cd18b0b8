import Database
import FoundationEssentials
import Logging
import Threads
import Web

/// Runs background jobs.
///
/// A job is leased in a short transaction, run outside of any, and finished if the lease still holds. If a process
/// dies, its leases run out. So a job runs at least once, and twice only if a process dies between the work and its
/// record.
final class JobRunner: BackgroundWork {
    private let kinds: [String: @Sendable (_ payload: String) throws -> any Job]
    private let recurring: [PeriodicJob]
    private let mailer: Mailer
    private let publicURL: String
    private let masterKeys: MasterKeys
    private let settings: DeclaredSettings
    private let erasure: any Erasure
    private let hooks: Hooks
    private let outbound: Outbound
    private let counts: JobCounts?
    private let log: Logger
    private let isStopping = Monitor(false)

    /// The maximum wait of an idle runner before it looks again. The length varies, so the runners spread.
    private static let idleInterval = Duration.seconds(1)
    /// The wait after a failure of the database.
    private static let faultInterval = Duration.seconds(2)

    init(
        jobs: [any Job.Type], recurring: [PeriodicJob], erasure: any Erasure, hooks: Hooks, mailer: Mailer,
        publicURL: String, masterKeys: MasterKeys = .throwaway(), settings: DeclaredSettings,
        outbound: Outbound, counts: JobCounts? = nil, log: Logger
    ) {
        self.recurring = recurring
        self.erasure = erasure
        self.hooks = hooks
        self.mailer = mailer
        self.publicURL = publicURL
        self.masterKeys = masterKeys
        self.settings = settings
        self.outbound = outbound
        self.counts = counts
        self.log = log
        kinds = Dictionary(
            uniqueKeysWithValues: jobs.map { type in
                (type.kind, { @Sendable payload in try Self.decode(type, payload) })
            })
    }

    func run(in db: Connection) {
        counts?.workers.rise()
        defer { counts?.workers.fall() }
        var isRegistered = false
        while !isStopping.update({ $0 }) {
            let pause: Duration?
            do {
                if !isRegistered {
                    for job in recurring { try job.register(in: db) }
                    isRegistered = true
                }
                for job in recurring { try job.enqueueIfDue(in: db) }
                pause = try runNext(in: db) ? nil : Self.idleInterval * Double.random(in: 0.5...1)
            } catch {
                log.warning("jobs wait for the database", metadata: ["reason": "\(error)"])
                pause = Self.faultInterval
            }
            if let pause { _ = isStopping.wait(atMost: pause) { $0 ? true : nil } }
        }
    }

    func stop() {
        isStopping.update { $0 = true }
    }

    /// Runs all due jobs, including recurring ones, until none is due; for tests.
    func runDue(in db: Connection) throws {
        for job in recurring {
            try job.register(in: db)
            try job.enqueueIfDue(in: db)
        }
        while try runNext(in: db) {}
    }

    /// Runs the next due job.
    /// - Returns: whether there was one.
    private func runNext(in db: Connection) throws -> Bool {
        guard let lease = try JobQueue.lease(in: db) else { return false }
        var log = log
        log[metadataKey: "job"] = "\(lease.kind)"
        log[metadataKey: "jobId"] = "\(lease.publicID.text)"
        counts?.busy.rise()
        defer { counts?.busy.fall() }
        let start = ContinuousClock.now
        do {
            guard let decode = kinds[lease.kind] else { throw JobFailure.permanent("unknown job kind") }
            let context = JobContext(
                id: lease.publicID, db: db, mailer: mailer, publicURL: publicURL, settings: settings,
                erasure: erasure, hooks: hooks, outbound: outbound, log: log, masterKeys: masterKeys,
                isStopping: { [isStopping] in isStopping.update { $0 } })
            try decode(lease.payload).run(context)
            try JobQueue.finish(lease, in: db)
            counts?.record(lease.kind, .done, took: .now - start)
            log.info("job done")
        } catch is JobBrokenOff {
            try JobQueue.release(lease, in: db)
            counts?.record(lease.kind, .brokenOff, took: .now - start)
            log.info("job broken off")
        } catch let error as DatabaseError where error.isUnavailable {
            counts?.record(lease.kind, .failed, took: .now - start)
            throw error
        } catch {
            let isPermanent = error is JobFailure
            let isLast = isPermanent || lease.attempts >= JobQueue.maximumAttempts
            counts?.record(lease.kind, isLast ? .dead : .failed, took: .now - start)
            log.warning("job failed", metadata: ["reason": "\(error)", "attempt": .stringConvertible(lease.attempts)])
            try JobQueue.fail(lease, because: "\(error)", isPermanent: isPermanent, in: db)
        }
        return true
    }

    private static func decode<Work: Job>(_ type: Work.Type, _ payload: String) throws -> any Job {
        do {
            return try JSONDecoder().decode(type, from: Data(payload.utf8))
        } catch {
            throw JobFailure.permanent("the payload cannot be read")
        }
    }
}
