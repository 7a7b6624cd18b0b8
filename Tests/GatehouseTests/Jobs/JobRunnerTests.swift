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
        var subjects: [JobSubject] { [] }

        func run(_ context: JobContext) throws {
            Self.isRunning.update { $0 = true }
            while true {
                try context.checkStop()
                sched_yield()
            }
        }
    }

    /// Work that ends as it is told to.
    private struct EndingJob: Job {
        static let kind = "test.ending"
        static let runs = Monitor(0)
        var subjects: [JobSubject] { [] }

        enum Ending: Codable {
            case good, bad, hopeless
        }

        struct Bad: Error {}

        let ending: Ending

        func run(_ context: JobContext) throws {
            Self.runs.update { $0 += 1 }
            switch ending {
            case .good: return
            case .bad: throw Bad()
            case .hopeless: throw JobFailure.permanent("hopeless")
            }
        }
    }

    @Test func `each attempt is counted by its outcome`() throws {
        let app = try TestApplication()
        let (db, context) = (app.database.connection(), try JobContext.test(app))
        let file = try MetricsFile(path: nil)
        let runner = JobRunner(
            jobs: [EndingJob.self], recurring: [], erasure: Modules([]), hooks: .none, mailer: context.mailer,
            publicURL: context.publicURL, settings: context.settings, outbound: context.outbound,
            counts: try JobCounts([EndingJob.kind], in: file), log: context.log)
        for ending: EndingJob.Ending in [.good, .good, .bad, .hopeless] {
            try JobQueue.enqueue(EndingJob(ending: ending), in: db)
        }
        let threads = WorkerThreads("jobs", count: 2, runner)
        try threads.start(app.database.database)
        EndingJob.runs.wait { $0 == 4 ? () : nil }
        threads.stop()
        let counted = try #require(file.blocks().first { $0.name == [Substring(JobCounts.family), "test.ending"] })
            .values
        // Done, failed, dead, broken off.
        #expect(counted.prefix(4) == [2, 1, 1, 0])
        #expect(counted[OutcomeCounts<JobCounts.Outcome>.firstDuration...].dropLast().reduce(0, +) == 4)
        let gauges = try #require(file.processes().first).gauges
        #expect(gauges[Gauge.Name.jobWorkers.rawValue] == 0)
        #expect(gauges[Gauge.Name.jobWorkersBusy.rawValue] == 0)
    }

    @Test func `a runner that stops gives back unfinished jobs`() throws {
        let app = try TestApplication()
        let (db, context) = (app.database.connection(), try JobContext.test(app))
        let runner = JobRunner(
            jobs: [EndlessJob.self], recurring: [], erasure: Modules([]), hooks: .none, mailer: context.mailer,
            publicURL: context.publicURL, settings: context.settings, outbound: context.outbound,
            log: context.log)
        try JobQueue.enqueue(EndlessJob(), in: db)
        let threads = WorkerThreads("jobs", count: 1, runner)
        try threads.start(app.database.database)
        EndlessJob.isRunning.wait { $0 ? () : nil }
        threads.stop()
        let lease = try #require(try JobQueue.lease(in: db), "it is due at once")
        #expect(lease.kind == EndlessJob.kind)
        #expect(lease.attempts == 1, "an interrupted attempt does not count")
    }
}
