import ArgumentParser
import FoundationEssentials
import Gatehouse
import Web

/// Administers accounts.
struct User: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Create, find and change accounts.",
        discussion: """
            The e-mail address or the id names an account. Passwords are read from standard input: at a terminal twice \
            and without echo, otherwise the first line. The audit records every change, with no actor.
            """,
        subcommands: [
            CreateUser.self, ListUsers.self, ShowUser.self, SuspendUser.self, ActivateUser.self, SetRole.self,
            SetPassword.self, RevokeSessions.self, DeleteUser.self,
        ])
}

/// One account.
struct AccountArgument: ParsableArguments {
    @Argument(help: ArgumentHelp("The account's e-mail address or id.", valueName: "email-or-id"))
    var reference: String
}

/// Whether to revoke API keys with the sessions of an account.
struct APIKeyOption: ParsableArguments {
    @Flag(name: .customLong("revoke-api-keys"), help: "Revoke its API keys too, except those of organizations.")
    var revokesAPIKeys = false
}

/// Whether to allow the loss of the last administrator.
struct ForceOption: ParsableArguments {
    @Flag(help: "Do it even if nobody is left who can administer the installation.")
    var force = false
}

struct CreateUser: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Create an account.",
        discussion: """
            Mails a link that verifies the address, unless it is verified already. For an account without a password, \
            mails an invitation instead: its link sets the first password and verifies the address, and is valid for 7 \
            days.
            """)

    @Argument(help: "The e-mail address.")
    var email: String

    @Option(help: "The name that others see.")
    var name: String

    @Option(help: "\(Administration.builtInRoles.joined(separator: ", ")), or a role of your own.")
    var role = "user"

    @Flag(help: "Take the address as verified, and mail no link to verify it.")
    var verified = false

    @Flag(help: "Read and set no password, and invite the owner to set one.")
    var noPassword = false

    @OptionGroup var answer: AnswerOptions

    func run() throws {
        try answer.answer { administration in
            try administration.createUser(
                Administration.NewUser(
                    email: email, name: name, role: role, isVerified: verified,
                    password: noPassword ? nil : Terminal.password()))
        }
    }
}

struct ListUsers: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List accounts in the order of their creation.",
        discussion: """
            If there are more accounts, the last line on standard error says so; with --json, meta.more and meta.next \
            do.
            """)

    @Option(help: "List only accounts with this status: \(Administration.statuses.joined(separator: ", ")).")
    var status: String?

    @Option(help: "List only accounts with this role.")
    var role: String?

    @Option(help: ArgumentHelp("List only accounts whose address begins with this.", valueName: "prefix"))
    var email: String?

    @OptionGroup var limit: LimitOption

    @Option(help: ArgumentHelp("Continue after this account.", valueName: "id"))
    var after: UUID?

    @OptionGroup var answer: AnswerOptions

    func validate() throws {
        try status.map { try requireWord($0, of: Administration.statuses, as: "--status") }
    }

    func run() throws {
        let columns: KeyValuePairs = [
            "ID": "id", "EMAIL": "email", "NAME": "name", "ROLE": "role", "STATUS": "status",
            "VERIFIED": "emailVerified", "CREATED": "createdAt",
        ]
        try answer.answer(
            columns,
            note: {
                $0["next"]?.string.map {
                    "There are more; continue with --after \($0)."
                }
            }
        ) {
            administration in
            var filter = Administration.UserFilter(limit: limit.limit)
            (filter.status, filter.role, filter.emailPrefix, filter.after) = (status, role, email, after)
            return try administration.listUsers(filter)
        }
    }
}

struct ShowUser: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show an account, its live sessions and its last sign-in.",
        discussion: """
            "Rejected at" is the last time when the owner of the address said that they did not register the account, \
            or "-".
            """)

    @OptionGroup var user: AccountArgument
    @OptionGroup var answer: AnswerOptions

    func run() throws {
        try answer.answer { try $0.showUser(user.reference) }
    }
}
