import ArgumentParser
import FoundationEssentials
import Gatehouse
import Web

/// Administers accounts.
struct User: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make, find and change accounts.",
        discussion: """
            An account is named by its e-mail address or its id. Passwords are read from standard input: from a \
            terminal twice and without an echo, else its first line. Every change is in the audit, with no actor.
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

/// What else ends with the sessions of an account.
struct APIKeyOption: ParsableArguments {
    @Flag(name: .customLong("revoke-api-keys"), help: "Revoke its API keys too. Those of its organizations stay.")
    var revokesAPIKeys = false
}

/// What keeps an installation from losing its last administrator.
struct ForceOption: ParsableArguments {
    @Flag(help: "Do it although nobody is left who can administer the installation.")
    var force = false
}

struct CreateUser: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make an account.",
        discussion: """
            Unless it is verified already, a link that verifies the address is mailed. Without a password, an \
            invitation is mailed in its place: its link sets the first password and verifies the address, and is good \
            for 7 days.
            """)

    @Argument(help: "The e-mail address.")
    var email: String

    @Option(help: "The name that others see.")
    var name: String

    @Option(help: "\(Administration.builtInRoles.joined(separator: ", ")), or a role of your own.")
    var role = "user"

    @Flag(help: "Take the address as verified; no link that verifies it is mailed.")
    var verified = false

    @Flag(help: "Set no password, and read none; its owner is invited to set one.")
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
        commandName: "list", abstract: "List accounts in the order they were made.",
        discussion: """
            Where there are more, the last line on standard error says so; with --json, meta.more and meta.next do.
            """)

    @Option(help: "Only those that are \(Administration.statuses.joined(separator: ", ")).")
    var status: String?

    @Option(help: "Only those with this role.")
    var role: String?

    @Option(help: ArgumentHelp("Only those whose address begins with this.", valueName: "prefix"))
    var email: String?

    @OptionGroup var limit: LimitOption

    @Option(help: ArgumentHelp("Go on after this account.", valueName: "id"))
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
        try answer.answer(columns, note: { $0["next"]?.string.map { "There are more: --after \($0) goes on." } }) {
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
            "Rejected at" is when the owner of the address last said that they did not register the account; "-" where \
            nobody did.
            """)

    @OptionGroup var user: AccountArgument
    @OptionGroup var answer: AnswerOptions

    func run() throws {
        try answer.answer { try $0.showUser(user.reference) }
    }
}
