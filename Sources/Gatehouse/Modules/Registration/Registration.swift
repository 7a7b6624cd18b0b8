import Database
import FoundationEssentials
import Logging
import Web

/// The data of a new user.
struct Register: RequestInput {
    let email: EmailAddress
    let password: String
    let name: String

    init(from input: inout Input) {
        email = input.required("email", .email)
        password = input.required("password", .newPassword)
        name = input.required("name", .name)
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

/// Registration, and verification of addresses. A new account cannot be used before its address is verified, unless the
/// settings say otherwise.
struct Registration: Module {
    static let auditActions: [AuditAction] = [.userRegistered, .userRejected, .emailVerified]
    static let events: [any Event.Type] = [RegistrationRequested.self]
    static let jobs: [any Job.Type] = [
        SendVerificationMail.self, CompleteRegistration.self, SendAlreadyRegistered.self,
    ]

    let hasher: PasswordHasher
    let passwords: PasswordPolicy
    let limits: Limits
    let browsers: RegistrationCookie
    /// Whether the answer must not reveal if the address has an account.
    let hidesExistence: Bool
    let erasure: any Erasure
    let hooks: Hooks
    let verification: EmailVerification

    init(_ services: Services) throws {
        hasher = services.hasher
        passwords = services.passwords
        limits = services.limits
        browsers = RegistrationCookie(masterKeys: services.masterKeys)
        hidesExistence = try services.settings(SignInSettings.self).hidesAccountExistence
        erasure = services.modules
        hooks = services.hooks
        verification = try EmailVerification(services)
    }

    func register(_ input: Register, _ call: Call) throws -> Answer<Registered> {
        try passwords.require(input.password, in: "password", email: input.email.entered, name: input.name)
        // The owner of the address gets a mail for each attempt.
        if hidesExistence { try limits.admitMail(to: input.email, call) }
        let applicant = Applicant(
            publicID: UUID.v7(), email: input.email, name: input.name, passwordHash: try hasher.hash(input.password),
            device: Device(userAgent: call.origin.userAgent).inMails?.text, origin: call.origin)
        let user = try hidesExistence ? leaveToJob(applicant, call) : insert(applicant, call)
        let registered = Registered(
            user: user, message: "A mail is on its way to \(input.email.entered). Follow the link in it.")
        var headers: HTTPFields = [.location: "\(Modules.base)/users/me"]
        headers.append(browsers.issue(for: applicant.publicID, applicant.passwordHash))
        return Answer(registered, headers: headers)
    }

    /// Somebody who registers.
    struct Applicant {
        let publicID: UUID
        let email: EmailAddress
        let name: String
        let passwordHash: String
        /// In fixed words of our own, since the owner of the address sees them.
        let device: String?
        let origin: Origin
    }

    /// Makes an account, in the caller's transaction.
    /// - Throws: the duplicate key `uq_users_email_key` if the address is taken.
    static func insert(
        _ applicant: Applicant, by erasure: any Erasure, telling hooks: Hooks, in db: Connection
    ) throws -> User {
        let actor = AuditActor(applicant.publicID, from: applicant.origin)
        try AddressClaim.typed.take(applicant.email, by: actor, erasure: erasure, telling: hooks, in: db)
        let user = try UserRepository.insert(
            applicant.publicID, email: applicant.email, name: applicant.name, passwordHash: applicant.passwordHash,
            device: applicant.device, telling: hooks, in: db)
        try JobQueue.enqueue(SendVerificationMail(emailKey: applicant.email.key), in: db)
        try Audit.record(.userRegistered, by: actor, target: applicant.publicID, in: db)
        return user
    }

    private func insert(_ applicant: Applicant, _ call: Call) throws -> User {
        do {
            return try call.db.transaction { db in
                try fireRequested(applicant, in: db)
                return try Self.insert(applicant, by: erasure, telling: hooks, in: db)
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
        try hooks.fire(RegistrationRequested(email: applicant.email, name: applicant.name), in: db)
    }
}

/// Makes an account after the answer was sent; if the address has one, tells its owner.
struct CompleteRegistration: Job {
    static let kind = "auth.complete_registration"

    let publicID: UUID
    let email: String
    let name: String
    let passwordHash: String
    let device: String?
    let requestID: String
    let ipAddress: String

    init(_ applicant: Registration.Applicant) {
        publicID = applicant.publicID
        email = applicant.email.entered
        name = applicant.name
        passwordHash = applicant.passwordHash
        device = applicant.device
        requestID = applicant.origin.requestID
        ipAddress = applicant.origin.address
    }

    var subjects: [JobSubject] { [.address(entered: email)] }

    func run(_ context: JobContext) throws {
        guard let address = EmailAddress(email) else { return }
        let applicant = Registration.Applicant(
            publicID: publicID, email: address, name: name, passwordHash: passwordHash, device: device,
            origin: Origin(requestID: requestID, address: ipAddress, userAgent: ""))
        do {
            _ = try context.db.transaction { db in
                try Registration.insert(applicant, by: context.erasure, telling: context.hooks, in: db)
            }
        } catch is APIError {
            // A hook refuses the account. The request was answered as if it were made.
            context.log.info("a registration was refused")
        } catch let error as DatabaseError where error.isDuplicateKey("uq_users_public_id") {
            // An earlier attempt at this very job has made it.
        } catch let error as DatabaseError where error.isDuplicateKey("uq_users_email_key") {
            // A separate job, so this one, which contains a hash, is finished whatever happens to the mail.
            let emailKey = try UserRepository.key(of: address, in: context.db)
            try JobQueue.enqueue(SendAlreadyRegistered(emailKey: emailKey), in: context.db)
        }
    }
}

/// Tells the owner of an address that somebody tried to use it for another account. If that account's address is not
/// verified yet, the mail contains a verification link: people who register twice have often lost the first one.
struct SendAlreadyRegistered: Job {
    static let kind = "auth.send_already_registered"

    let emailKey: String

    var subjects: [JobSubject] { [.address(emailKey)] }

    func run(_ context: JobContext) throws {
        guard let found = try UserRepository.findActiveCredentials(emailKey: emailKey, in: context.db),
            let recipient = MailRecipient(found.user)
        else { return }
        if found.passwordHash == nil { return try SendAccountInvitation(emailKey: emailKey).run(context) }
        if found.user.emailVerifiedAt != nil {
            return try context.send(.alreadyRegistered(resetPage: context.resetPage), to: recipient)
        }
        try SendVerificationMail.send(to: found.user, context) { link, lifetime in
            .alreadyWaiting(link: link, expiresIn: lifetime)
        }
    }
}
