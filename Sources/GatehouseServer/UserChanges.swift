import ArgumentParser
import Gatehouse

struct SuspendUser: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "suspend", abstract: "Forbid the use of an account; its sessions end at once.")

    @OptionGroup var user: AccountArgument
    @OptionGroup var force: ForceOption
    @OptionGroup var answer: AnswerOptions

    func run() throws {
        try answer.answer { try $0.suspendUser(user.reference, force: force.force) }
    }
}

struct ActivateUser: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "activate",
        abstract: "Allow the use of a suspended account again, or bring a deleted one back within its 30 days.",
        discussion: """
            Sessions that ended stay ended. An account that has lost an address which it never verified cannot be \
            brought back.
            """)

    @OptionGroup var user: AccountArgument
    @OptionGroup var answer: AnswerOptions

    func run() throws {
        try answer.answer { try $0.activateUser(user.reference) }
    }
}

struct SetRole: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set-role", abstract: "Change what an account may do, at once.",
        discussion: "Its access tokens are refused from then on; its sessions go on with the next refresh.")

    @OptionGroup var user: AccountArgument

    @Argument(help: "\(Administration.builtInRoles.joined(separator: ", ")), or a role of your own.")
    var role: String

    @OptionGroup var force: ForceOption
    @OptionGroup var answer: AnswerOptions

    func run() throws {
        try answer.answer { try $0.setRole(of: user.reference, to: role, force: force.force) }
    }
}

struct SetPassword: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set-password", abstract: "Set an account's password, read from standard input.",
        discussion: "Its sessions end, links mailed before stop working, and its owner is told by mail.")

    @OptionGroup var user: AccountArgument
    @OptionGroup var keys: APIKeyOption
    @OptionGroup var answer: AnswerOptions

    func run() throws {
        try answer.answer {
            try $0.setPassword(
                of: user.reference, to: Terminal.password(), revokesAPIKeys: keys.revokesAPIKeys)
        }
    }
}

struct RevokeSessions: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke-sessions", abstract: "End the sessions of an account; their tokens stop working at once.")

    @OptionGroup var user: AccountArgument
    @OptionGroup var keys: APIKeyOption
    @OptionGroup var answer: AnswerOptions

    func run() throws {
        try answer.answer { try $0.revokeSessions(of: user.reference, revokesAPIKeys: keys.revokesAPIKeys) }
    }
}

struct DeleteUser: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete an account as its owner could.",
        discussion: """
            Its sessions end at once and its owner is told by mail. It is erased after 30 days; until then \
            `\(Program.command) user activate` brings it back. At a terminal this asks first.
            """)

    @OptionGroup var user: AccountArgument

    @OptionGroup var confirmation: ConfirmationOption

    @Flag(
        help: """
            Do it although nobody is left who can administer the installation, or although the last owner of an \
            organization with other members goes. When the account is erased, one of these members becomes its owner.
            """)
    var force = false

    @OptionGroup var answer: AnswerOptions

    func run() throws {
        try answer.answer { administration in
            try confirmation.confirm("Delete the account \(user.reference)?")
            return try administration.deleteUser(user.reference, force: force)
        }
    }
}
