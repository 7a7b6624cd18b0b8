import Database
import FoundationEssentials
import Web

/// The data of a new user.
struct Register: RequestInput {
    let email: EmailAddress
    let password: String
    let name: String
    /// The token of an invitation to the address.
    let invitation: String?

    init(from input: inout Input) {
        email = input.required("email", .email)
        password = input.required("password", .newPassword)
        name = input.required("name", .name)
        invitation = input.optional(
            "invitation",
            .token.described(
                """
                The token of an invitation to this address, which an installation may need for a registration. It \
                stays valid: `/invitations/accept` takes it later.
                """))
    }

    static let exampleBody: JSON? = [
        "email": "ada@example.com", "password": "correct horse battery staple", "name": "Ada Lovelace",
    ]
}

/// A new user, and the next step.
struct Registered: ResponseObject {
    let user: User
    let message: String

    func write(to output: inout Output) {
        output.field("user", user)
        output.field("message", message)
    }

    static let example = Registered(
        user: .example, message: "A mail is on its way to ada@example.com. Follow the link in it.")
}

/// Registers users.
struct RegistrationService {
    let hasher: PasswordHasher
    let passwords: PasswordPolicy
    let limits: Limits
    let browsers: RegistrationCookie
    /// Whether the answer must not reveal if the address has an account.
    let hidesExistence: Bool
    let erasure: any Erasure
    let hooks: Hooks

    func register(_ input: Register, _ call: Call) throws -> Answer<Registered> {
        try passwords.require(input.password, in: "password", email: input.email.entered, name: input.name)
        // The owner of the address gets a mail for each attempt.
        if hidesExistence { try limits.admitMail(to: input.email, call) }
        let applicant = Applicant(
            publicID: UUID.v7(), email: input.email, name: input.name, passwordHash: try hasher.hash(input.password),
            device: Device(userAgent: call.origin.userAgent).inMails?.text,
            invitation: InvitationProof(
                tokenHash: input.invitation.flatMap { OpaqueToken(.invitation, $0) }?.hash),
            origin: call.origin)
        let user = try hidesExistence ? leaveToJob(applicant, call) : insert(applicant, call)
        let registered = Registered(
            user: user, message: "A mail is on its way to \(input.email.entered). Follow the link in it.")
        var answer = Answer(created: registered, at: "/users/me")
        answer.headers.append(browsers.issue(for: applicant.publicID, applicant.passwordHash))
        return answer
    }

    private func insert(_ applicant: Applicant, _ call: Call) throws -> User {
        do {
            return try call.db.transaction { db in
                try fireRequested(applicant, in: db)
                return try applicant.insert(by: erasure, telling: hooks, in: db)
            }
        } catch let error as DatabaseError where error.isDuplicateKey("uq_users_email_key") {
            throw APIError(.emailTaken)
        }
    }

    /// Gives the same answer for a free and a taken address: the job finds out which it is.
    private func leaveToJob(_ applicant: Applicant, _ call: Call) throws -> User {
        try call.db.transaction { db in
            try fireRequested(applicant, in: db)
            try JobQueue.enqueue(CompleteRegistration(applicant), in: db)
        }
        return .unsaved(
            applicant.publicID, email: applicant.email.entered, name: applicant.name, createdAt: Date())
    }

    /// Lets hooks refuse the request, before the address is looked up.
    private func fireRequested(_ applicant: Applicant, in db: Connection) throws {
        let event = RegistrationRequested(
            email: applicant.email, name: applicant.name, invitation: applicant.invitation)
        try hooks.fire(event, by: .nobody(from: applicant.origin), in: db)
    }
}
