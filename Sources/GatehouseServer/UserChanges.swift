import ArgumentParser
import Gatehouse

struct SuspendUser: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "suspend", abstract: "Suspend an account; its sessions end at once.")

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
        abstract: "Reactivate a suspended account, or restore a deleted one within its 30 days.",
        discussion: """
            Ended sessions stay ended. An account that has lost an address that it never verified cannot be restored.
            """)

    @OptionGroup var user: AccountArgument
    @OptionGroup var answer: AnswerOptions

    func run() throws {
        try answer.answer { try $0.activateUser(user.reference) }
    }
}

struct SetRole: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set-role", abstract: "Change the role of an account at once.",
        discussion: "Its present access tokens become invalid; its sessions continue with their next refresh.")

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
        discussion: """
            Its sessions end, earlier mailed links stop working, failed sign-ins no longer count, and a mail tells its \
            owner.
            """)

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
            Do it even if nobody is left who can administer the installation, or if the account is the last owner of \
            an organization with other members. When the account is erased, one of these members becomes the owner.
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
