import ArgumentParser
import FoundationEssentials
import Gatehouse
import Web

/// Administers background jobs.
struct Jobs: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List background jobs; retry or delete dead ones.",
        subcommands: [ListJobs.self, RetryJobs.self, PurgeJobs.self])
}

struct ListJobs: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List unfinished jobs, oldest first.",
        discussion: "A finished job is deleted. A dead job has failed for good and is not tried again.")

    @Flag(help: "List only dead jobs.")
    var dead = false

    @Option(help: "List only jobs of this kind, such as auth.send_verification_mail.")
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

    @Flag(help: "All dead jobs.")
    var allDead = false

    func validate() throws {
        guard (id != nil) != allDead else { throw ValidationError("Give the id of a job, or --all-dead.") }
    }
}

struct RetryJobs: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Retry dead jobs, at once and with all their attempts.")

    @OptionGroup var jobs: DeadJobs
    @OptionGroup var answer: AnswerOptions

    func run() throws {
        try answer.answer { try $0.retryJobs(jobs.id) }
    }
}

struct PurgeJobs: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "purge", abstract: "Delete dead jobs; their work stays undone.",
        discussion: "At a terminal, the command asks for confirmation.")

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
