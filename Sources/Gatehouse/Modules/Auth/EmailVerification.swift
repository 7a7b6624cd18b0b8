import Database
import FoundationEssentials
import Web

/// The token of a link that verifies an address.
struct VerifyEmail: RequestInput {
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
        email = input.required("email", .email)
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

/// Words for a person.
struct Message: ResponseObject {
    let message: String

    func write(to output: inout Output) {
        output.field("message", message)
    }

    static let example = Message(message: "If there is such an account, a mail is on its way.")
}

/// Verifies addresses. Mail links open a page that posts the token, so a mail scanner's GET consumes nothing.
struct EmailVerification {
    let limits: Limits

    func verify(_ input: VerifyEmail, _ call: Call) throws -> Answer<Verified> {
        guard let token = OpaqueToken(.verifyEmail, input.token) else { throw APIError.unusableLink }
        let user = try call.db.transaction { db in
            guard let claim = try OneTimeTokenRepository.consume(token, for: .verifyEmail, in: db),
                try UserRepository.markVerified(claim.userID, emailKey: claim.emailKey, in: db),
                let user = try UserRepository.find(claim.userID, in: db)
            else { throw APIError.unusableLink }
            try Audit.record(.emailVerified, actor: user.publicID, target: user.publicID, from: call.origin, in: db)
            return user
        }
        return Answer(Verified(user: user))
    }

    /// Leaves everything to a job, so that the answer and its time tell nothing about the address.
    func resend(_ input: ResendVerification, _ call: Call) throws -> Answer<Message> {
        try limits.admitMail(to: input.email, call)
        try call.db.transaction { db in
            try JobQueue.enqueue(SendVerificationMail(emailKey: input.email.key), in: db)
        }
        return Answer(
            Message(message: "If an account with this address waits for verification, a mail is on its way."))
    }
}

/// Sends a link that verifies an address, where an account waits for that. The token is made here, at sending, so that it
/// stands nowhere but in the mail.
struct SendVerificationMail: Job {
    static let kind = "auth.send_verification_mail"

    let emailKey: String

    /// How long a link works.
    static let lifetime = Duration.seconds(24 * 3600)

    func run(_ context: JobContext) throws {
        guard let user = try UserRepository.findUnverified(emailKey: emailKey, in: context.db),
            let address = EmailAddress(user.email)
        else { return }
        let token = OpaqueToken(.verifyEmail)
        try OneTimeTokenRepository.insert(
            token, for: .verifyEmail, user: user.id, emailKey: emailKey, lifetime: Self.lifetime, in: context.db)
        try context.send(
            .verifyEmail(
                name: user.name, link: "\(context.publicURL)/verify-email#token=\(token.text)", expiresIn: Self.lifetime
            ),
            to: address, named: user.name)
    }
}
