import Database
import GatehouseTesting
import Glibc
import Logging
import Testing
import Threads

@testable import Gatehouse

@Suite struct JobRunnerTests {
    /// Work without an end.
    private struct EndlessJob: Job {
        static let kind = "test.endless"
        static let isRunning = Monitor(false)

        func run(_ context: JobContext) throws {
            Self.isRunning.update { $0 = true }
            while true {
                try context.checkStop()
                sched_yield()
            }
        }
    }

    @Test func `a runner that stops gives back what it has not done to its end`() throws {
        let app = try TestApplication()
        let (db, context) = (app.database.connection(), try JobContext.test(app))
        let runner = JobRunner(
            jobs: [EndlessJob.self], periodic: [], database: app.database.database, mailer: context.mailer,
            publicURL: context.publicURL, log: context.log)
        try JobQueue.enqueue(EndlessJob(), in: db)
        try runner.start(count: 1)
        EndlessJob.isRunning.wait { $0 ? () : nil }
        runner.stop()
        let lease = try #require(try JobQueue.lease(in: db), "it is due at once")
        #expect(lease.kind == EndlessJob.kind)
        #expect(lease.attempts == 1, "what was broken off counts as no attempt")
    }
}
