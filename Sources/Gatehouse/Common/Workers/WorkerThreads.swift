import Database
import Threads

/// Threads that do some work, each with its own connection.
final class WorkerThreads: Sendable {
    private let name: String
    private let count: Int
    private let work: any BackgroundWork
    private let threads = Lock<[Thread]>([])

    init(_ name: String, count: Int, _ work: any BackgroundWork) {
        self.name = name
        self.count = count
        self.work = work
    }

    /// Starts the threads.
    func start(_ database: DatabaseClient) throws(ThreadError) {
        for number in 0..<count {
            let thread = try Thread(name: "\(name)-\(number + 1)") { [work] in
                let db = database.connection()
                work.run(in: db)
                db.close()
            }
            threads.withLock { $0.append(thread) }
        }
    }

    /// Finishes the work under way, and returns when the threads have ended.
    func stop() {
        work.stop()
        let threads = threads.withLock { threads in
            defer { threads = [] }
            return threads
        }
        for thread in threads { thread.join() }
    }
}
