import Database
import FoundationEssentials
import Web

/// The new address, and the password.
struct ChangeEmail: RequestInput {
    let newEmail: EmailAddress
    let currentPassword: String?

    init(from input: inout Input) {
        newEmail = input.required("newEmail", .email)
        currentPassword = input.optional("currentPassword", .password)
    }

    static let exampleBody: JSON? = [
        "newEmail": "ada@example.org", "currentPassword": "correct horse battery staple",
    ]
}

/// The token of a link that confirms a new address, and the password of the account.
struct ConfirmEmail: RequestInput {
    let token: String
    let password: String?

    init(from input: inout Input) {
        token = input.required("token", .token)
        password = input.optional("password", .password)
    }

    static let exampleBody: JSON? = [
        "token": .string("ghe_" + String(repeating: "A", count: 43)), "password": "correct horse battery staple",
    ]
}

/// Changes the caller's address once the caller has proved to own the new one. Mails tell the old address before and
/// after.
///
/// A link proves who reads the mail, not who requested it: a stranger may have requested to change their own account to
/// the reader's address. So the link alone suffices only in a browser that has signed in to the account; elsewhere the
/// password is needed too. An account without a password can use it only in that browser.
struct EmailChange {
    let reauthentication: ReauthenticationService
    let limits: Limits
    let proof: PasswordProof
    let devices: DeviceCookie
    let erasure: any Erasure
    let hooks: Hooks

    /// Leaves the new address to a job, so the answer and its time do not reveal whether it has an account.
    func request(_ input: ChangeEmail, _ call: Call) throws -> Answer<Message> {
        let caller = try call.signedIn
        let found = try reauthentication.require(input.currentPassword, as: "currentPassword", of: caller, call)
        try limits.admitMail(to: input.newEmail, call)
        try call.db.transaction { db in
            try reauthentication.confirm(found, of: caller, in: db)
            let event = EmailChangeRequested(user: found.user.reference, newEmail: input.newEmail)
            try hooks.fire(event, by: call.actor, in: db)
            try JobQueue.enqueue(
                SendEmailChangeMail(
                    userID: caller.user.id, newEmail: input.newEmail.entered, credentials: found.digest), in: db)
            try JobQueue.enqueue(
                SendEmailChangeNotice(to: found.user, newEmail: input.newEmail.entered, isDone: false), in: db)
        }
        return Answer(
            Message(message: "A mail is on its way to \(input.newEmail.entered). Follow the link in it to confirm."))
    }

    func confirm(_ input: ConfirmEmail, _ call: Call) throws -> Answer<Verified> {
        guard let token = OpaqueToken(.changeEmail, input.token),
            let (_, found) = try Self.waiting(for: token, in: call.db)
        else { throw APIError.unusableLink }
        if try needsPassword(found, call) {
            guard let password = input.password else { throw APIError(.passwordRequired) }
            try proof.require(password, of: found, from: .network(call.client.network), call)
        }
        do {
            let user = try call.db.transaction { db in try change(found, by: token, call, in: db) }
            return Answer(Verified(user: user))
        } catch let error as DatabaseError where error.isDuplicateKey("uq_users_email_key") {
            throw APIError(.emailTaken)
        }
    }

    /// The address that a valid link confirms, and its account.
    static func waiting(
        for token: OpaqueToken, in db: Connection
    ) throws(DatabaseError) -> (newEmail: String, UserRepository.Credentials)? {
        guard let claim = try OneTimeTokenRepository.find(token, for: .changeEmail, in: db),
            let newEmail = claim.newEmail, let found = try UserRepository.findCredentials(claim.userID, in: db)
        else { return nil }
        return (newEmail, found)
    }

    /// Whether using the link needs the password.
    func needsPassword(_ found: UserRepository.Credentials, _ call: Call) throws(APIError) -> Bool {
        try devices.device(in: call.request.headers, of: found.user.publicID, found.state) == nil
    }

    private func change(
        _ found: UserRepository.Credentials, by token: OpaqueToken, _ call: Call, in db: Connection
    ) throws -> User {
        guard let claim = try OneTimeTokenRepository.consume(token, for: .changeEmail, in: db),
            let address = claim.newEmail.flatMap({ EmailAddress($0) }),
            // The proof was for this password.
            try UserRepository.lockIfUnchanged(found.user.id, passwordHash: found.passwordHash, in: db),
            let before = try UserRepository.find(found.user.id, in: db)
        else { throw APIError.unusableLink }
        let actor = AuditActor(before.publicID, from: call.origin)
        try AddressClaim.proved.take(
            address, except: before.id, by: actor, erasure: erasure, telling: hooks, in: db)
        try UserRepository.changeEmail(of: before, to: address, by: actor, telling: hooks, in: db)
        try OneTimeTokenRepository.void(of: before.id, in: db)
        guard let user = try UserRepository.find(before.id, in: db) else { throw RowVanished() }
        return user
    }
}

/// Sends the link that confirms a new address; if the address has an account already, sends a notice about that. The
/// token is made when the mail is sent, so it exists nowhere else.
struct SendEmailChangeMail: Job {
    static let kind = "account.send_email_change_mail"

    let userID: UInt64
    let newEmail: String
    /// A digest of the password and address at the time of the request. If they change, the request is void: its author
    /// may be the reason for the change.
    let credentials: String

    /// The lifetime of a link.
    static let lifetime = Duration.seconds(24 * 3600)

    var subjects: [JobSubject] { [.user(userID), .address(entered: newEmail)] }

    func run(_ context: JobContext) throws {
        guard let address = EmailAddress(newEmail) else { return }
        let token = OpaqueToken(.changeEmail)
        guard let user = try context.db.transaction({ db in try store(token, for: address, in: db) }) else { return }
        let emailKey = try UserRepository.key(of: address, in: context.db)
        if try UserRepository.isHeld(emailKey, byOtherThan: userID, in: context.db) {
            return try SendAlreadyRegistered(emailKey: emailKey).run(context)
        }
        try context.send(
            .confirmEmail(link: context.link(for: .changeEmail, with: token), expiresIn: Self.lifetime),
            to: MailRecipient(address, named: user.name, isVerified: false))
    }

    /// The token is stored even if the address is taken: an export shows the links, and must not reveal which addresses
    /// have accounts. The user's row is locked, since a change of password also locks it before it voids links.
    private func store(_ token: OpaqueToken, for address: EmailAddress, in db: Connection) throws -> User? {
        guard let found = try UserRepository.lockCredentials(userID, in: db), found.digest == credentials else {
            return nil
        }
        try OneTimeTokenRepository.insert(
            token, for: .changeEmail, user: userID, emailKey: address.key, newEmail: newEmail, lifetime: Self.lifetime,
            in: db)
        return found.user
    }
}

/// Tells the old address that a change was requested or made.
struct SendEmailChangeNotice: Job {
    static let kind = "account.send_email_change_notice"

    /// Whose address changes. Jobs that an earlier version left do not tell.
    let userID: UInt64?
    let to: String
    let name: String
    /// Whether the old address was verified. If not, the change may be a stranger's message to its owner, so neither
    /// name nor new address are repeated. Missing in jobs of an earlier version.
    let isVerified: Bool?
    let newEmail: String
    let isDone: Bool

    init(to user: User, newEmail: String, isDone: Bool) {
        userID = user.id
        to = user.email
        name = user.name
        isVerified = user.emailVerifiedAt != nil
        self.newEmail = newEmail
        self.isDone = isDone
    }

    var subjects: [JobSubject] {
        [.address(entered: to), .address(entered: newEmail)] + (userID.map { [.user($0)] } ?? [])
    }

    func run(_ context: JobContext) throws {
        guard let address = EmailAddress.stored(to) else { return }
        let isVerified = isVerified ?? false
        let shown = isVerified ? EmailAddress(newEmail) : nil
        try context.send(
            isDone
                ? .emailChanged(to: shown)
                : .emailChangeRequested(to: shown, resetPage: context.resetPage),
            to: MailRecipient(address, named: name, isVerified: isVerified))
    }
}
