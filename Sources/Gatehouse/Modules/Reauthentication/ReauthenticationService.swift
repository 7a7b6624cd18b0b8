import Database
import FoundationEssentials
import Web

/// The password, or the code that was mailed.
struct Reauthenticate: RequestInput {
    let password: String?
    let mailCode: ProofCode?

    init(from input: inout Input) {
        password = input.optional("password", .password)
        mailCode = input.optional("mailCode", .proofCode) ?? nil
        if password != nil, mailCode != nil {
            input.reject("mailCode", Rejection("contradiction", "Send either `password` or `mailCode`."))
        }
    }

    static let exampleBody: JSON? = ["password": "correct horse battery staple"]
}

/// Lets the users of sessions prove who they are.
struct ReauthenticationService {
    let proof: PasswordProof
    let limits: Limits
    let masterKeys: MasterKeys

    init(_ services: Services) throws {
        proof = try PasswordProof(services)
        limits = services.limits
        masterKeys = services.masterKeys
    }

    /// Checks the caller's proof for a change whose request may contain the password.
    /// - Parameters:
    ///   - password: the password; `nil` if none was sent.
    ///   - field: its name in the request.
    ///   - isReplaceable: whether a recent proof is enough for an account with a password, too.
    /// - Returns: the checked account. The transaction of the change must confirm it.
    /// - Throws: `INVALID_CREDENTIALS`, `REAUTHENTICATION_REQUIRED`, `ACCOUNT_LOCKED`, `OVERLOADED`.
    func require(
        _ password: String?, as field: String, isReplaceable: Bool = false, of caller: Caller, _ call: Call
    ) throws -> UserRepository.Credentials {
        guard let found = try UserRepository.findCredentials(caller.user.id, in: call.db) else {
            throw APIError(.tokenRevoked)
        }
        if found.passwordHash == nil || isReplaceable && password == nil {
            try RecentProof.require(of: caller, in: call.db)
            return found
        }
        guard let password else {
            throw APIError(.validation, details: [Fault(field, "required", "Is required.")])
        }
        try proof.require(password, of: found, from: .session(caller.session), call)
        return found
    }

    /// Confirms, in the transaction of a change, that the checked proof still counts: the password is the same, and
    /// the session is live. Locks the row of the user, which is also locked when the password is changed and sessions
    /// are ended.
    /// - Throws: `INVALID_CREDENTIALS`, `TOKEN_REVOKED`.
    func confirm(_ found: UserRepository.Credentials, of caller: Caller, in db: Connection) throws {
        guard try UserRepository.lockIfUnchanged(caller.user.id, passwordHash: found.passwordHash, in: db) else {
            throw APIError(.invalidCredentials, "The password is wrong.")
        }
        guard try SessionRepository.isLive(caller.session, of: caller.user.id, in: db) else {
            throw APIError(.tokenRevoked)
        }
    }

    /// Takes a proof, which counts for the session from now on.
    func reauthenticate(_ input: Reauthenticate, _ call: Call) throws -> Answer<NoContent> {
        let caller = try call.signedIn
        guard input.password != nil || input.mailCode != nil else {
            throw APIError(.validation, details: [Fault("password", "required", "Send `password` or `mailCode`.")])
        }
        if let password = input.password {
            guard let found = try UserRepository.findCredentials(caller.user.id, in: call.db) else {
                throw APIError(.tokenRevoked)
            }
            guard found.passwordHash != nil else { throw try RecentProof.missing(of: caller, in: call.db) }
            try proof.require(password, of: found, from: .session(caller.session), call)
            try prove(caller, call) { db in
                try UserRepository.lockIfUnchanged(caller.user.id, passwordHash: found.passwordHash, in: db)
            }
        } else if let code = input.mailCode {
            guard try ProofCodeRepository.takeAttempt(of: caller.session, in: call.db),
                let stored = try ProofCodeRepository.find(of: caller.session, in: call.db),
                let found = try UserRepository.findCredentials(caller.user.id, in: call.db), found.passwordHash == nil,
                stored.isCode(code, of: caller.session, mailedTo: found.user.emailKey, masterKeys)
            else {
                try call.audit(.codeRefused, caller.user.publicID, in: call.db)
                throw APIError(.invalidCredentials, "The code is wrong or has expired.")
            }
            try prove(caller, call) { db in
                try UserRepository.lockIfUnchanged(caller.user.id, passwordHash: nil, in: db)
                    && ProofCodeRepository.consume(stored, in: db)
            }
        }
        return Answer(NoContent())
    }

    /// Mails a code for the session to an account without a password.
    func requestCode(_ call: Call) throws -> Answer<Message> {
        let caller = try call.signedIn
        guard try ProofMethod.all(of: caller, in: call.db).contains(.mailCode),
            let user = try UserRepository.find(caller.user.id, in: call.db), let address = EmailAddress(user.email)
        else {
            throw APIError(.forbidden, "A code is mailed only to a verified address of an account without a password.")
        }
        try limits.admitMail(to: address, call)
        try call.db.transaction { db in
            try JobQueue.enqueue(SendProofCode(userID: caller.user.id, session: caller.session), in: db)
        }
        return Answer(Message(message: "A mail with a code is on its way to your address."))
    }

    /// - Parameter isCurrent: confirms the proof, in the transaction.
    private func prove(_ caller: Caller, _ call: Call, _ isCurrent: (Connection) throws -> Bool) throws {
        try call.db.transaction { db in
            guard try isCurrent(db) else { throw APIError(.invalidCredentials, "The proof is no longer valid.") }
            guard try SessionRepository.prove(caller.session, of: caller.user.id, in: db) else {
                throw APIError(.tokenRevoked)
            }
            try call.audit(.sessionProved, caller.user.publicID, in: db)
        }
    }
}
