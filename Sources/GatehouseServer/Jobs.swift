import ArgumentParser
import FoundationEssentials
import Gatehouse
import Web

/// Administers background jobs.
struct Jobs: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List background jobs, try dead ones again, or give them up.",
        subcommands: [ListJobs.self, RetryJobs.self, PurgeJobs.self])
}

struct ListJobs: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List jobs that are not done, the oldest first.",
        discussion: "A job that is done is deleted. A dead one failed for good and is tried no more.")

    @Flag(help: "Only dead ones.")
    var dead = false

    @Option(help: "Only of this kind, such as auth.send_verification_mail.")
    var kind: String?

    @OptionGroup var limit: LimitOption
    @OptionGroup var answer: AnswerOptions

    func run() throws {
        let columns: KeyValuePairs = [
            "ID": "id", "KIND": "kind", "STATUS": "status", "ATTEMPTS": "attempts", "RUN AT": "runAt",
            "LAST ERROR": "lastError",
        ]
        try answer.answer(
            columns, note: { $0["more"] == true ? "There are more; --limit shows up to 10000." : nil },
            { try $0.listJobs(deadOnly: dead, kind: kind, limit: limit.limit) })
    }
}

/// One dead job, or all.
struct DeadJobs: ParsableArguments {
    @Argument(help: "The job's id.")
    var id: UUID?

    @Flag(help: "Every dead job.")
    var allDead = false

    func validate() throws {
        guard (id != nil) != allDead else { throw ValidationError("Give the id of a job, or --all-dead.") }
    }
}

struct RetryJobs: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Have dead jobs tried again, at once and with all their attempts.")

    @OptionGroup var jobs: DeadJobs
    @OptionGroup var answer: AnswerOptions

    func run() throws {
        try answer.answer { try $0.retryJobs(jobs.id) }
    }
}

struct PurgeJobs: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "purge", abstract: "Delete dead jobs: what they should have done stays undone.",
        discussion: "At a terminal this asks first.")

    @OptionGroup var jobs: DeadJobs

    @OptionGroup var confirmation: ConfirmationOption
    @OptionGroup var answer: AnswerOptions

    func run() throws {
        try answer.answer { administration in
            try confirmation.confirm(jobs.allDead ? "Delete every dead job?" : "Delete this job?")
            return try administration.purgeJobs(jobs.id)
        }
    }
}
