import Database
import FoundationEssentials
import Web

/// Decides who signs in with a provider: the linked user, if there is one. Else the address decides, if the provider
/// has verified it: if nobody owns it, a new account is made. An account that never verified it does not own it, and
/// nothing survives in it that its maker set. If somebody owns it, nobody is signed in and nothing is linked, since an
/// address is no identity; the owner can link the identity once signed in another way.
struct ProviderSignIn {
    let providers: Providers
    let policy: SignInPolicy
    let limits: Limits
    let lockout: Lockout
    let browsers: RegistrationCookie
    let erasure: any Erasure
    let hooks: Hooks

    /// A visit that a provider has answered.
    struct Visit {
        let attempt: OAuthAttempt
        let provider: Provider
        let profile: ProviderProfile
        let call: Call
        /// The provider's token, sealed.
        let sealed: [UInt8]?

        /// The name of an account that the visit makes or takes over.
        func name(for email: EmailAddress) -> String {
            profile.name ?? String(email.entered.prefix { $0 != "@" })
        }

        /// The actor of what the visit does to an account.
        func actor(_ user: UUID) -> AuditActor { AuditActor(user, from: call.origin) }
    }

    /// The result of a visit. A refusal is returned, not thrown, so its rows are committed.
    private enum Outcome {
        case code(OpaqueToken)
        case refused(SignInRefusal)
    }

    /// Makes the code for the app.
    /// - Throws: `SignInRefusal`; the error of a hook.
    func complete(
        _ attempt: OAuthAttempt, _ provider: Provider, _ profile: ProviderProfile, _ call: Call
    ) throws -> OpaqueToken {
        let visit = Visit(
            attempt: attempt, provider: provider, profile: profile, call: call,
            sealed: try providers.seal(profile.refreshToken, of: provider, profile.subject))
        if attempt.purpose == .link {
            return try call.db.transaction { db in try code(for: .link, visit, in: db) }
        }
        try admitMail(visit)
        switch try decided(visit) {
        case .code(let code): return code
        case .refused(let refusal): throw refusal
        }
    }

    /// Of two visits that make the same account or link the same identity, the second finds what the first has made.
    private func decided(_ visit: Visit) throws -> Outcome {
        do {
            return try visit.call.db.transaction { db in try decide(visit, in: db) }
        } catch let error as DatabaseError
            where error.isDuplicateKey("uq_identities_subject") || error.isDuplicateKey("uq_users_email_key")
        {
            return try visit.call.db.transaction { db in try decide(visit, in: db) }
        }
    }

    /// A visit sends a mail to an address that neither the provider nor its owner has verified.
    private func admitMail(_ visit: Visit) throws {
        let (profile, db) = (visit.profile, visit.call.db)
        var address = profile.isEmailVerified ? nil : profile.email
        if let identity = try identity(visit, in: db) {
            let user = try UserRepository.find(identity.userID, in: db)
            if try user.map({ try !isOutdated($0, by: visit, in: db) }) ?? true {
                address = user.flatMap { mustVerify($0) ? EmailAddress.stored($0.email) : nil }
            }
        }
        if let address { try limits.admitMail(to: address, visit.call) }
    }

    private func mustVerify(_ user: User) -> Bool { user.emailVerifiedAt == nil && policy.requiresVerifiedEmail }

    private func identity(_ visit: Visit, in db: Connection) throws(DatabaseError) -> Identity? {
        try IdentityRepository.find(provider: visit.provider.id, subject: visit.profile.subject, in: db)
    }

    private func decide(_ visit: Visit, in db: Connection) throws -> Outcome {
        while let identity = try identity(visit, in: db) {
            if let outcome = try returned(identity, visit, in: db) { return outcome }
        }
        guard let email = visit.profile.email else { return .refused(SignInRefusal(.emailRequired)) }
        if visit.profile.isRelayed { return try arrived(withRelay: email, visit, in: db) }
        return visit.profile.isEmailVerified
            ? try arrived(withProved: email, visit, in: db) : try arrived(with: email, visit, in: db)
    }

    // MARK: - The linked user

    /// - Returns: `nil` if the account is erased, so the identity is linked to nobody or, by another visit, anew.
    private func returned(_ identity: Identity, _ visit: Visit, in db: Connection) throws -> Outcome? {
        guard let found = try UserRepository.lockAny(identity.userID, in: db) else { return nil }
        let user = found.user
        if let refusal = Self.refusal(of: user) { return .refused(refusal) }
        if try isOutdated(user, by: visit, in: db) {
            guard visit.profile.email != nil else { return .refused(SignInRefusal(.emailRequired)) }
            _ = try IdentityRelease.run(
                identity, successor: visit.sealed, by: .nobody(from: visit.call.origin), erasure: erasure,
                telling: hooks, in: db)
            return nil
        }
        try IdentityRepository.noteUse(identity, refreshTokenSealed: visit.sealed, in: db)
        if mustVerify(user) {
            try JobQueue.enqueue(SendVerificationMail(emailKey: user.emailKey), in: db)
            return .refused(waiting(user.publicID, found.passwordHash))
        }
        return .code(try code(for: .signIn, visit, in: db))
    }

    /// Whether the linked account only waits for the proof of its address, and the provider now tells something else: a
    /// proof, another address or none. Then the identity counts as not linked. So the answer does not reveal whether
    /// the earlier address was free, and a user whose earlier address was wrong is not locked out.
    private func isOutdated(_ user: User, by visit: Visit, in db: Connection) throws -> Bool {
        guard user.emailVerifiedAt == nil, try UserRepository.isProvisional(user.id, in: db) else { return false }
        guard let email = visit.profile.email else { return policy.requiresVerifiedEmail }
        return try visit.profile.isEmailVerified
            || !UserRepository.key(of: email, in: db).hasSameBytes(as: user.emailKey)
    }

    private static func refusal(of user: User) -> SignInRefusal? {
        switch user.status {
        case .active: nil
        case .suspended: SignInRefusal(.accountSuspended, user: user.publicID)
        case .deleted: SignInRefusal(.accountDeleted, user: user.publicID)
        }
    }

    // MARK: - A verified address

    private func arrived(withProved email: EmailAddress, _ visit: Visit, in db: Connection) throws -> Outcome {
        let id = UUID.v7()
        try AddressClaim.proved.take(email, by: visit.actor(id), erasure: erasure, telling: hooks, in: db)
        let emailKey = try UserRepository.key(of: email, in: db)
        guard let found = try UserRepository.lockAny(emailKey: emailKey, in: db) else {
            try fireRequested(email, .address, visit, in: db)
            return try newcomer(id, email, visit, in: db)
        }
        // Another visit of the same user may have made the account while this one waited for its row.
        if try identity(visit, in: db) != nil { return try decide(visit, in: db) }
        if let refusal = Self.refusal(of: found.user) { return .refused(refusal) }
        guard isForWhomeverProves(found.user) else {
            let claim = try code(for: .claim, visit, emailKey: emailKey, in: db)
            return .refused(SignInRefusal(.accountExists, user: found.user.publicID, claim: claim))
        }
        try takeOver(found, visit.name(for: email), visit, in: db)
        return .code(try code(for: .signIn, visit, in: db))
    }

    /// Whether an account goes to whoever proves its address by a provider. One with a role needs the invitation that
    /// was mailed to it, so a provider that lies about an address never gets more rights than anybody has.
    private func isForWhomeverProves(_ user: User) -> Bool {
        user.emailVerifiedAt == nil && user.role == BuiltInRole.user.rawValue
    }

    /// Hands an account whose address was never verified over to the owner of the address, as a reset by mail does.
    /// Nothing that its maker set survives.
    private func takeOver(
        _ found: UserRepository.Credentials, _ name: String, _ visit: Visit, in db: Connection
    ) throws {
        let user = found.user
        let actor = visit.actor(user.publicID)
        try WaysIn.handOver(user, named: name, by: actor, telling: hooks, in: db)
        if found.passwordHash != nil {
            try UserRepository.removePassword(user.reference, by: actor, telling: hooks, in: db)
        }
        guard try UserRepository.markVerified(user, by: actor, telling: hooks, in: db) else { throw RowVanished() }
        try lockout.forget(user.emailKey, in: db)
        try link(user.reference, visit, in: db)
    }

    // MARK: - An address that forwards mails

    /// A relay address is new with its user, so it matches no account. If an account has it nevertheless, nobody learns
    /// that: the user can have an account with their own address.
    private func arrived(withRelay email: EmailAddress, _ visit: Visit, in db: Connection) throws -> Outcome {
        try fireRequested(email, visit.profile.isEmailVerified ? .address : .none, visit, in: db)
        let emailKey = try UserRepository.key(of: email, in: db)
        guard try UserRepository.lockAny(emailKey: emailKey, in: db) != nil else {
            return try newcomer(UUID.v7(), email, visit, in: db)
        }
        if try identity(visit, in: db) != nil { return try decide(visit, in: db) }
        return .refused(SignInRefusal(.emailRequired, reason: "relay_address"))
    }

    // MARK: - An address that may be anybody's

    private func arrived(with email: EmailAddress, _ visit: Visit, in db: Connection) throws -> Outcome {
        let id = UUID.v7()
        try fireRequested(email, .none, visit, in: db)
        try AddressClaim.typed.take(email, by: visit.actor(id), erasure: erasure, telling: hooks, in: db)
        let emailKey = try UserRepository.key(of: email, in: db)
        if let owner = try UserRepository.lockAny(emailKey: emailKey, in: db)?.user {
            if try identity(visit, in: db) != nil { return try decide(visit, in: db) }
            guard policy.hidesAccountExistence else {
                return .refused(SignInRefusal(.emailTaken, user: owner.publicID))
            }
            try JobQueue.enqueue(SendAlreadyRegistered(emailKey: emailKey), in: db)
            // The cookie, too, is the same as for a free address. It belongs to no account.
            var refusal = waiting(id, nil)
            refusal.user = nil
            return .refused(refusal)
        }
        return try newcomer(id, email, visit, in: db)
    }

    // MARK: - Common

    /// Lets hooks refuse a new account: before the address is looked up, unless the visit proves whose it is.
    private func fireRequested(
        _ email: EmailAddress, _ invitation: InvitationProof, _ visit: Visit, in db: Connection
    ) throws {
        let event = RegistrationRequested(email: email, name: visit.name(for: email), invitation: invitation)
        try hooks.fire(event, by: .nobody(from: visit.call.origin), in: db)
    }

    private func newcomer(_ id: UUID, _ email: EmailAddress, _ visit: Visit, in db: Connection) throws -> Outcome {
        let isVerified = visit.profile.isEmailVerified
        try register(id, email, isVerified: isVerified, visit, in: db)
        guard isVerified || !policy.requiresVerifiedEmail else { return .refused(waiting(id, nil)) }
        return .code(try code(for: .signIn, visit, in: db))
    }

    /// Refuses a user until they follow the link that was mailed, which in this browser needs no password.
    private func waiting(_ user: UUID, _ passwordHash: String?) -> SignInRefusal {
        var refusal = SignInRefusal(.emailNotVerified, user: user)
        refusal.cookies = [browsers.issue(for: user, passwordHash)]
        return refusal
    }

    private func register(
        _ id: UUID, _ email: EmailAddress, isVerified: Bool, _ visit: Visit, in db: Connection
    ) throws {
        let actor = visit.actor(id)
        let user = try UserRepository.insert(
            id, email: email, name: visit.name(for: email), role: BuiltInRole.user.rawValue, isVerified: isVerified,
            passwordHash: nil,
            device: isVerified ? nil : Device(userAgent: visit.call.origin.userAgent).inMails?.text, origin: .provider,
            invitation: isVerified ? .address : .none, by: actor, telling: hooks, in: db)
        try link(user, visit, in: db)
    }

    private func link(_ user: UserReference, _ visit: Visit, in db: Connection) throws {
        try IdentityRepository.insert(
            user, provider: visit.provider.id, subject: visit.profile.subject, refreshTokenSealed: visit.sealed,
            isRequested: false, by: visit.actor(user.publicID), telling: hooks, in: db)
    }

    private func code(
        for purpose: OAuthCode.Purpose, _ visit: Visit, emailKey: String? = nil, in db: Connection
    ) throws -> OpaqueToken {
        let code = OpaqueToken(.oauthCode)
        try OAuthCodeRepository.insert(
            code, for: purpose, provider: visit.provider.id, visit.profile, emailKey: emailKey,
            refreshTokenSealed: visit.sealed, codeChallenge: visit.attempt.codeChallenge, in: db)
        return code
    }
}
