public import Database
public import FoundationEssentials
public import Logging

/// The context of a job.
public struct JobContext {
    /// The job's public id, the same on each attempt.
    public let id: UUID
    /// The runner's own connection, outside a transaction.
    public let db: Connection
    let mailer: Mailer
    /// The base of links in mails.
    public let publicURL: String
    /// The keys that open sealed data.
    /// What is set for the modules of the program.
    public let settings: DeclaredSettings
    /// Deletes the rows of all modules.
    let erasure: any Erasure
    /// The hooks to notify of the job's changes.
    public let hooks: Hooks
    /// Sends HTTP requests to other servers.
    public let outbound: Outbound
    /// The log for lines about the job.
    public let log: Logger
    /// The keys that open sealed data.
    var masterKeys = MasterKeys.throwaway()
    /// Whether the process is draining.
    var isStopping: @Sendable () -> Bool = { false }

    /// Breaks the job off if the process is draining; another runner resumes it at once. Call it in long jobs, between
    /// parts that need not be repeated.
    public func checkStop() throws(JobBrokenOff) {
        if isStopping() { throw JobBrokenOff() }
    }

    /// Works through rows some at a time, each batch in a transaction of its own, until a batch is not full.
    /// - Parameter work: works through at most `limit` rows, and answers how many there were.
    public func inBatches(
        of limit: Int, _ work: (_ limit: Int, _ db: Connection) throws -> Int
    ) throws {
        while try db.transaction({ db in try work(limit, db) }) == limit { try checkStop() }
    }
}
