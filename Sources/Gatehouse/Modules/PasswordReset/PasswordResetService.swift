import Database
import FoundationEssentials
import Web

/// The address for a reset link.
struct RequestPasswordReset: RequestInput {
    let email: EmailAddress

    init(from input: inout Input) {
        email = input.required("email", .accountEmail)
    }

    static let exampleBody: JSON? = ["email": "ada@example.com"]
}

/// The token of a reset link, and the new password.
struct ConfirmPasswordReset: RequestInput {
    let token: String
    let newPassword: String

    init(from input: inout Input) {
        token = input.required("token", .token)
        newPassword = input.required("newPassword", .newPassword)
    }

    static let exampleBody: JSON? = [
        "token": .string("ghp_" + String(repeating: "A", count: 43)), "newPassword": "battery horse staple correct",
    ]
}

/// Sets a new password with a mailed link. The reader of the address owns the account: every session ends, the user's
/// API keys are revoked, the address counts as verified, and failed attempts are cleared, so the owner always has a way
/// in (OWASP Forgot Password Cheat Sheet).
struct PasswordResetService {
    let hasher: PasswordHasher
    let passwords: PasswordPolicy
    let limits: Limits
    let lockout: Lockout
    let hooks: Hooks

    init(_ services: Services) throws {
        hasher = services.hasher
        passwords = services.passwords
        limits = services.limits
        lockout = try Lockout(services)
        hooks = services.hooks
    }

    /// Leaves everything to a job, so the answer and its time reveal nothing about the address.
    func request(_ input: RequestPasswordReset, _ call: Call) throws -> Answer<Message> {
        try limits.admitMail(to: input.email, call)
        try call.db.transaction { db in
            let emailKey = try UserRepository.key(of: input.email, in: db)
            try JobQueue.enqueue(SendPasswordResetMail(emailKey: emailKey), in: db)
        }
        return Answer(Message(message: "If there is an account with this address, a mail is on its way."))
    }

    func confirm(_ input: ConfirmPasswordReset, _ call: Call) throws -> Answer<Message> {
        guard let token = OpaqueToken(.resetPassword, input.token),
            let owner = try Self.owner(of: token, in: call.db)
        else { throw APIError.unusableLink }
        let passwordHash = try hash(input.newPassword, for: owner)
        let isFirst = try call.db.transaction { db in
            try set(passwordHash, of: owner, by: token, for: .resetPassword, call, in: db)
        }
        return Answer(
            Message(
                message: isFirst
                    ? "The password is set. Sign in with it."
                    : """
                    The password is changed, every session has ended, and your API keys are revoked. Sign in with the \
                    new password.
                    """),
            headers: try RefreshCookie.removalOfDead(call))
    }

    /// Checks and hashes the `newPassword` of a request with a link.
    func hash(_ newPassword: String, for owner: User) throws -> String {
        try passwords.require(newPassword, in: "newPassword", email: owner.email, name: owner.name)
        return try hasher.hash(newPassword)
    }

    /// Consumes a link and sets the password, in the caller's transaction. If the address was not verified before, a
    /// stranger may have made the account, so every existing way into it ends.
    /// - Returns: whether it is the account's first password.
    /// - Throws: `UNPROCESSABLE` if the link was used meanwhile, or belongs to another account.
    @discardableResult func set(
        _ passwordHash: String, of owner: User, by token: OpaqueToken, for purpose: LinkPurpose,
        _ call: Call, in db: Connection
    ) throws -> Bool {
        let actor = AuditActor(owner.publicID, from: call.origin)
        guard let claim = try OneTimeTokenRepository.consume(token, for: purpose, in: db),
            let found = try UserRepository.lockCredentials(claim.userID, in: db),
            try UserRepository.resetPassword(
                found, emailKey: claim.emailKey, to: passwordHash, by: actor, telling: hooks, in: db)
        else { throw APIError.unusableLink }
        try PasswordUpdate.finish(
            of: found.user, ending: found.user.emailVerifiedAt == nil ? .everyWayIn : .apiKeys, by: actor,
            clearing: lockout, telling: hooks, in: db)
        return found.passwordHash == nil
    }

    /// The owner of a valid reset token.
    static func owner(of token: OpaqueToken, in db: Connection) throws(DatabaseError) -> User? {
        guard let claim = try OneTimeTokenRepository.find(token, for: .resetPassword, in: db) else { return nil }
        return try UserRepository.findActive(claim.userID, emailKey: claim.emailKey, in: db)
    }
}

/// Sends a link that sets a new password, if there is an active account; if an administrator or a command made the
/// account and it has no password, sends another invitation instead. The token is made when the mail is sent, so it
/// exists nowhere else.
struct SendPasswordResetMail: Job {
    static let kind = "auth.send_password_reset_mail"

    let emailKey: String

    /// The lifetime of a link.
    static let lifetime = Duration.seconds(3600)

    var subjects: [JobSubject] { [.address(emailKey)] }

    func run(_ context: JobContext) throws {
        guard let found = try UserRepository.findActiveCredentials(emailKey: emailKey, in: context.db),
            let recipient = MailRecipient(found.user)
        else { return }
        let hasPassword = found.passwordHash != nil
        if !hasPassword, !found.user.isSelfRegistered {
            return try SendAccountInvitation(emailKey: emailKey).run(context)
        }
        let token = OpaqueToken(.resetPassword)
        try OneTimeTokenRepository.insert(
            token, for: .resetPassword, user: found.user.id, emailKey: emailKey, lifetime: Self.lifetime, in: context.db
        )
        let link = context.link(for: .resetPassword, with: token)
        try context.send(
            .passwordReset(link: link, expiresIn: Self.lifetime, hasPassword: hasPassword), to: recipient)
    }
}
