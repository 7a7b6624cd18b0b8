/// Background work, written in the transaction of the change that causes it, so it exists if and only if the change
/// does. It may run more than once, so running it again must do no harm.
public protocol Job: Codable, Sendable {
    /// The name under which it is stored; it never changes its meaning.
    static var kind: String { get }
    /// The users and addresses that it is about, including those to which it only sends mail. The job is deleted when
    /// they are erased. Empty for work about nobody, and for work that must be done in any case.
    var subjects: [JobSubject] { get }

    /// Runs the job.
    /// - Throws: any error to be tried again later; `JobFailure.permanent` if another attempt is pointless.
    func run(_ context: JobContext) throws
}

/// A job was broken off because its process is draining.
public struct JobBrokenOff: Error {}

/// Why a job ended without having done its work.
public enum JobFailure: Error, CustomStringConvertible {
    /// Another attempt is pointless.
    case permanent(String)

    /// The reason.
    public var description: String {
        switch self {
        case .permanent(let reason): reason
        }
    }
}
