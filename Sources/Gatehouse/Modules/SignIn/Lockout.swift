import Database
import FoundationEssentials
import Web

/// Slows down guessing of an account's password without locking its owner out (OWASP Authentication Cheat Sheet,
/// "Account Lockout"; "Slow Down Online Guessing Attacks with Device Cookies").
///
/// An attempt is taken from a bucket before the password is hashed, and returned if the password is right, so
/// simultaneous guesses never compute more hashes than the bucket has attempts. Until then it counts as neither right
/// nor wrong: if other attempts under way have emptied the bucket, the caller is told to try again in a moment. A
/// bucket belongs to an address, whether or not it has an account, and to the source of the guess: a network, a device
/// that has signed in before, or an open session.
struct Lockout: Sendable {
    let limits: Limits
    let settings: LockoutSettings

    /// The source of an attempt.
    enum Source {
        case network(String)
        case device(String)
        case session(UUID)

        var name: String {
            switch self {
            case .network(let network): "network \(network)"
            case .device(let device): "device \(device)"
            case .session(let id): "session \(id.text)"
            }
        }
    }

    /// Compares a password with the hash of an account. A wrong one is audited.
    /// - Parameters:
    ///   - slot: reserved before the account was looked up, where a refusal would reveal whether there is one.
    ///   - passwordHash: `nil` without an account, or if it must look so: then no password is right, in the same time.
    ///   - emailKey: the key of the address, whether or not it has an account.
    ///   - action: the event of a wrong password.
    ///   - target: the public id of the account.
    /// - Throws: `ACCOUNT_LOCKED` if failures have used all attempts up, `OVERLOADED` if some are still under way.
    func verify(
        _ password: String, in slot: consuming PasswordHasher.Slot, against passwordHash: String?,
        of emailKey: String, from source: Source, auditing action: AuditAction, target: UUID?, _ call: Call
    ) throws -> PasswordHasher.Verification {
        try reserve(emailKey, from: source, call)
        let verification = try slot.verify(password, against: passwordHash)
        switch verification {
        case .right: try refund(emailKey, from: source, in: call.db)
        case .wrong:
            let actor = call.isAuthenticated ? try call.actor : .nobody(from: call.origin)
            try call.db.transaction { db in
                try Audit.record(action, by: actor, target: target, in: db)
                try fail(emailKey, from: source, target: target, call, in: db)
            }
        }
        return verification
    }

    /// Takes an attempt at an account.
    private func reserve(_ emailKey: String, from source: Source, _ call: Call) throws {
        let reservation = try limits.reserve(
            Self.policy, limit(for: source), from: source.name, of: Self.subject(emailKey), in: call.db)
        if let reservation, !reservation.verdict.isGranted {
            guard reservation.isSpent else { throw APIError.retry(.overloaded, after: 1) }
            call.note(reservation.verdict)
            limits.refusals?.record(Self.policy)
            throw APIError(.accountLocked)
        }
    }

    /// Returns an attempt, since the password was right.
    private func refund(_ emailKey: String, from source: Source, in db: Connection) throws {
        try limits.giveBack(
            Self.policy, limit(for: source), from: source.name, of: Self.subject(emailKey), in: db)
    }

    /// Records that an attempt failed. If it was the last one, this is audited and, once a day, mailed to the owner.
    private func fail(
        _ emailKey: String, from source: Source, target: UUID?, _ call: Call, in db: Connection
    ) throws {
        let verdict = try limits.fail(
            Self.policy, limit(for: source), from: source.name, of: Self.subject(emailKey), in: db)
        guard let verdict else { return }
        call.note(verdict)
        guard verdict.remaining == 0 else { return }
        try Audit.record(.loginLocked, by: .nobody(from: call.origin), target: target, in: db)
        let notice = try limits.take("notice", Self.noticeLimit, from: "notice", of: Self.subject(emailKey), in: db)
        guard notice?.isGranted == true else { return }
        try JobQueue.enqueue(SendSignInAttemptsNotice(emailKey: emailKey, time: Date()), in: db)
    }

    /// Clears all failures at an account, from all sources.
    func forget(_ emailKey: String, in db: Connection) throws(DatabaseError) {
        try limits.forget(Self.subject(emailKey), in: db)
    }

    private func limit(for source: Source) -> RateLimit {
        if case .device = source { settings.deviceFailures } else { settings.failures }
    }

    private static let policy = "failures"
    private static let noticeLimit = RateLimit(count: 1, period: 86_400)

    private static func subject(_ emailKey: String) -> String {
        "account \(emailKey)"
    }
}

extension Lockout {
    init(_ services: Services) throws {
        self.init(limits: services.limits, settings: try services.settings(LockoutSettings.self))
    }
}

/// Tells the owner of an account that somebody is guessing its password. An account without a password gets no notice.
struct SendSignInAttemptsNotice: Job {
    static let kind = "auth.send_sign_in_attempts_notice"

    let emailKey: String
    let time: Date

    var subjects: [JobSubject] { [.address(emailKey)] }

    func run(_ context: JobContext) throws {
        guard let found = try UserRepository.findActiveCredentials(emailKey: emailKey, in: context.db),
            found.passwordHash != nil, let recipient = MailRecipient(found.user)
        else { return }
        let resetPage = context.resetPage
        try context.send(
            found.user.emailVerifiedAt == nil
                ? .signInAttemptsBeforeVerification(when: time, resetPage: resetPage)
                : .signInAttempts(when: time, resetPage: resetPage),
            to: recipient)
    }
}
