import Database
import FoundationEssentials
import Web

/// The token of a link that verifies an address, and the proof of the account's ownership.
struct VerifyEmail: RequestInput {
    let token: String
    /// The password of the registration.
    let password: String?
    /// A new password.
    let newPassword: String?

    init(from input: inout Input) {
        token = input.required("token", .token)
        password = input.optional("password", .password)
        newPassword = input.optional("newPassword", .newPassword)
        if password != nil, newPassword != nil {
            input.reject("newPassword", Rejection("contradiction", "Send either `password` or `newPassword`."))
        }
    }

    static let exampleBody: JSON? = [
        "token": .string("ghv_" + String(repeating: "A", count: 43)), "password": "correct horse battery staple",
    ]
}

/// The token of a verification link whose reader did not register.
struct RejectRegistration: RequestInput {
    let token: String

    init(from input: inout Input) {
        token = input.required("token", .token)
    }

    static let exampleBody: JSON? = ["token": .string("ghv_" + String(repeating: "A", count: 43))]
}

/// The address to send another link to.
struct ResendVerification: RequestInput {
    let email: EmailAddress

    init(from input: inout Input) {
        email = input.required("email", .accountEmail)
    }

    static let exampleBody: JSON? = ["email": "ada@example.com"]
}

/// A user whose address is verified.
struct Verified: ResponseObject {
    let user: User

    func write(to output: inout Output) {
        output.field("user", user)
    }

    static let example = Verified(user: .example)
}

/// Verifies addresses. Mail links open a page that posts the token, so a mail scanner's GET consumes nothing.
///
/// A link proves who reads the mail, not who chose the password: a stranger may have registered the address of the one
/// who follows the link. So the link alone suffices only in the browser that registered. Elsewhere the password is
/// needed, or a new one, which ends every way in of the person who registered ("Pre-hijacked accounts", Sudhodanan and
/// Paverd, USENIX Security 2022).
struct EmailVerification {
    let limits: Limits
    let proof: PasswordProof
    let browsers: RegistrationCookie
    let passwordReset: PasswordResetService
    let hooks: Hooks

    init(_ services: Services) throws {
        limits = services.limits
        proof = try PasswordProof(services)
        browsers = RegistrationCookie(masterKeys: services.masterKeys)
        passwordReset = try PasswordResetService(services)
        hooks = services.hooks
    }

    func verify(_ input: VerifyEmail, _ call: Call) throws -> Answer<Verified> {
        guard let token = OpaqueToken(.verifyEmail, input.token),
            let found = try Self.waiting(for: token, in: call.db)
        else { throw APIError.unusableLink }
        if let newPassword = input.newPassword {
            return Answer(Verified(user: try takeOver(found.user, by: token, setting: newPassword, call)))
        }
        if try needsPassword(found, call) {
            guard let password = input.password else {
                throw APIError(
                    .passwordRequired,
                    """
                    Send the password of the account as `password`, or a new one as `newPassword`: the link only \
                    proves who reads the mail.
                    """, member: try RegistrationFacts.of(found.user, in: call.db))
            }
            try proof.require(password, of: found, from: .network(call.client.network), call)
        }
        return Answer(Verified(user: try verify(found, by: token, call)))
    }

    /// The account whose address a valid link verifies.
    static func waiting(
        for token: OpaqueToken, in db: Connection
    ) throws(DatabaseError) -> UserRepository.Credentials? {
        guard let claim = try OneTimeTokenRepository.find(token, for: .verifyEmail, in: db),
            let found = try UserRepository.findCredentials(claim.userID, in: db),
            found.user.emailKey == claim.emailKey, found.user.emailVerifiedAt == nil
        else { return nil }
        return found
    }

    /// Whether using the link needs the password, or a new one. An account that an administrator or a command made
    /// without a password needs none. One that a sign-in with a provider made needs a new one, since whoever signed in
    /// may be a stranger.
    func needsPassword(_ found: UserRepository.Credentials, _ call: Call) throws(APIError) -> Bool {
        guard found.passwordHash != nil || found.user.isSelfRegistered else { return false }
        return try !browsers.isHeld(in: call.request.headers, for: found.user.publicID, found.passwordHash)
    }

    private func verify(
        _ found: UserRepository.Credentials, by token: OpaqueToken, _ call: Call
    ) throws -> User {
        let actor = AuditActor(found.user.publicID, from: call.origin)
        return try call.db.transaction { db in
            guard try OneTimeTokenRepository.consume(token, for: .verifyEmail, in: db) != nil,
                // The proof was for this password.
                try UserRepository.lockIfUnchanged(found.user.id, passwordHash: found.passwordHash, in: db),
                try UserRepository.markVerified(found.user, by: actor, telling: hooks, in: db)
            else { throw APIError.unusableLink }
            return try Self.verified(found.user, in: db)
        }
    }

    private func takeOver(
        _ owner: User, by token: OpaqueToken, setting newPassword: String, _ call: Call
    ) throws -> User {
        let passwordHash = try passwordReset.hash(newPassword, for: owner)
        return try call.db.transaction { db in
            try passwordReset.set(passwordHash, of: owner, by: token, for: .verifyEmail, call, in: db)
            return try Self.verified(owner, in: db)
        }
    }

    private static func verified(_ user: User, in db: Connection) throws -> User {
        guard let verified = try UserRepository.find(user.id, in: db) else { throw RowVanished() }
        return verified
    }

    /// Ends every way into an account that was made with somebody else's address. A registered account is deleted with
    /// the usual grace, and its address is free for its owner at once. An account that an administrator or a command
    /// made, or gave a role, stays for the operators.
    func reject(_ input: RejectRegistration, _ call: Call) throws -> Answer<NoContent> {
        guard let token = OpaqueToken(.verifyEmail, input.token),
            let found = try Self.waiting(for: token, in: call.db)
        else { throw APIError.unusableLink }
        try call.db.transaction { db in
            guard try OneTimeTokenRepository.consume(token, for: .verifyEmail, in: db) != nil,
                let locked = try UserRepository.lockCredentials(found.user.id, in: db),
                locked.user.emailVerifiedAt == nil, locked.user.emailKey == found.user.emailKey
            else { throw APIError.unusableLink }
            let user = locked.user
            let ending: Session.Ending = user.isDeletedByRejection ? .deleted : .password
            let actor = AuditActor.nobody(from: call.origin)
            try WaysIn.end(of: user, because: ending, by: actor, telling: hooks, in: db)
            if locked.passwordHash != nil {
                try UserRepository.removePassword(user.reference, by: actor, telling: hooks, in: db)
            }
            if user.isDeletedByRejection {
                try UserRepository.release(user, because: .rejection, by: actor, telling: hooks, in: db)
                guard
                    try UserRepository.markDeleted(
                        user.reference, because: .rejection, by: actor, telling: hooks, in: db)
                else { throw APIError.unusableLink }
            }
            try hooks.fire(RegistrationRejected(user: user.reference), by: actor, in: db)
        }
        return Answer(NoContent())
    }

    /// Leaves everything to a job, so the answer and its time reveal nothing about the address.
    func resend(_ input: ResendVerification, _ call: Call) throws -> Answer<Message> {
        try limits.admitMail(to: input.email, call)
        try call.db.transaction { db in
            let emailKey = try UserRepository.key(of: input.email, in: db)
            try JobQueue.enqueue(SendVerificationMail(emailKey: emailKey), in: db)
        }
        return Answer(
            Message(message: "If there is an unverified account with this address, a mail is on its way."))
    }
}

/// Sends a link that verifies an address, if an account waits for that. The token is made when the mail is sent, so it
/// exists nowhere else.
struct SendVerificationMail: Job {
    static let kind = "auth.send_verification_mail"

    let emailKey: String

    /// The lifetime of a link.
    static let lifetime = Duration.seconds(24 * 3600)

    var subjects: [JobSubject] { [.address(emailKey)] }

    func run(_ context: JobContext) throws {
        guard let user = try UserRepository.findActive(emailKey: emailKey, in: context.db) else { return }
        try Self.send(to: user, context) { link, lifetime in
            user.isSelfRegistered
                ? .verifyEmail(link: link, expiresIn: lifetime)
                : .verifyEmailOfAccountMade(link: link, expiresIn: lifetime)
        }
    }

    /// Sends a new link to the owner of an account in use, in a mail with the reason; sends none if the address is
    /// verified.
    static func send(
        to user: User, _ context: JobContext, in mail: (_ link: PageLink, _ lifetime: Duration) -> MailTemplate
    ) throws {
        guard user.emailVerifiedAt == nil, let recipient = MailRecipient(user) else { return }
        let token = OpaqueToken(.verifyEmail)
        try OneTimeTokenRepository.insert(
            token, for: .verifyEmail, user: user.id, emailKey: user.emailKey, lifetime: lifetime, in: context.db)
        try context.send(mail(context.link(for: .verifyEmail, with: token), lifetime), to: recipient)
    }
}
