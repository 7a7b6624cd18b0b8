public import Database
public import FoundationEssentials
public import Logging

/// Work that a request leaves for later, written in the transaction of the change that causes it: it exists exactly
/// when the change does. It may run more than once, so it must bear that.
public protocol Job: Codable, Sendable {
    /// The name it is stored under; it never changes its meaning.
    static var kind: String { get }
    /// Whom it is about: users and addresses in its payload, also those that it would only mail. It is deleted when
    /// they are erased. Empty for work about nobody, and for work that must be done even so.
    var subjects: [JobSubject] { get }

    /// Does the work.
    /// - Throws: anything to be tried again later; `JobFailure.permanent` where that is pointless.
    func run(_ context: JobContext) throws
}

/// What a job works with.
public struct JobContext {
    /// The job's public id, the same on each attempt.
    public let id: UUID
    /// The runner's own connection, outside a transaction.
    public let db: Connection
    let mailer: Mailer
    /// The base of links in mails.
    public let publicURL: String
    /// What is set for the modules of the program.
    public let settings: DeclaredSettings
    /// Deletes the rows of all modules.
    let erasure: any Erasure
    /// Who takes part in what the job changes.
    public let hooks: Hooks
    /// Takes lines about the job.
    public let log: Logger
    /// Whether the process drains.
    var isStopping: @Sendable () -> Bool = { false }

    /// Breaks the job off here where the process drains; another runner takes it up at once. For long work, between
    /// parts of it that need not be done again.
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

/// A job was broken off, since its process drains.
public struct JobBrokenOff: Error {}

/// Why a job ended without having done its work.
public enum JobFailure: Error, CustomStringConvertible {
    /// Trying again is pointless.
    case permanent(String)

    /// The reason.
    public var description: String {
        switch self {
        case .permanent(let reason): reason
        }
    }
}
