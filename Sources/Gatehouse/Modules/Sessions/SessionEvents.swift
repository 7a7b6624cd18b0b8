public import FoundationEssentials
public import Web

/// A user signed in: a session began.
public struct UserSignedIn: RefusableEvent, PublishedEvent {
    /// The account.
    public let user: UserReference
    /// The public id of the session.
    public let session: UUID
    /// The id of the provider by which the user signed in; `nil` for a password.
    public let provider: String?
    /// The name, sentence and example of the event for webhooks.
    public static let publication = Publication(
        "session.started", "A user signed in: a session began.",
        example: Self(user: .example, session: .example, provider: nil))

    /// `login.succeeded`.
    public static var auditActions: [AuditAction] { [.loginSucceeded] }
    /// The account, and the provider, if any.
    public var auditEntry: AuditEntry? {
        AuditEntry(.loginSucceeded, user.publicID, details: provider.map { ["provider": .string($0)] } ?? [:])
    }

    /// The session, and whose it is.
    public func write(to output: inout Output) {
        output.field("userId", user.publicID)
        output.field("sessionId", session)
    }
}

/// One session ended before its time: its user signed out or revoked it, or an old refresh token of it was used again.
public struct SessionEnded: PublishedEvent {
    /// The account.
    public let user: UserReference
    /// The public id of the session.
    public let session: UUID
    let ending: Session.Ending
    /// The name, sentence and example of the event for webhooks.
    public static let publication = Publication(
        "session.ended", "One session of a user ended before its time.",
        example: Self(user: .example, session: .example, ending: .logout))

    /// `session.ended`, `session.revoked`, `token.reused`.
    public static var auditActions: [AuditAction] { [.sessionEnded, .sessionRevoked, .tokenReused] }
    /// The account.
    public var auditEntry: AuditEntry? {
        switch ending {
        case .revoked: AuditEntry(.sessionRevoked, user.publicID)
        case .reuse: AuditEntry(.tokenReused, user.publicID)
        case .logout, .everywhere, .password, .unlinked, .suspended, .deleted: AuditEntry(.sessionEnded, user.publicID)
        }
    }

    /// The session, whose it was, and why it ended.
    public func write(to output: inout Output) {
        output.field("userId", user.publicID)
        output.field("sessionId", session)
        output.field(
            "reason", ending,
            description: """
                `logout`: its user signed out. `revoked`: its user ended it from another session. `reuse`: an old \
                refresh token was used again.
                """)
    }
}

/// All sessions of a user ended at once, or all except one. It does not fire if there was none to end.
public struct AllSessionsEnded: PublishedEvent {
    /// The account.
    public let user: UserReference
    /// The public id of the session that continues, if any.
    public let kept: UUID?
    let ending: Session.Ending
    /// The name, sentence and example of the event for webhooks.
    public static let publication = Publication(
        "session.all_ended", "All sessions of a user ended at once, or all except one.",
        example: Self(user: .example, kept: nil, ending: .everywhere))

    /// `session.ended_everywhere`.
    public static var auditActions: [AuditAction] { [.sessionsEnded] }
    /// The account; none for sessions that ended with something that has an entry of its own.
    public var auditEntry: AuditEntry? {
        switch ending {
        case .everywhere, .revoked: AuditEntry(.sessionsEnded, user.publicID)
        case .logout, .reuse, .password, .unlinked, .suspended, .deleted: nil
        }
    }

    /// Whose they were, which one continues, and why the others ended.
    public func write(to output: inout Output) {
        output.field("userId", user.publicID)
        output.field("exceptSessionId", kept, description: "The session that continues; null if none does.")
        output.field(
            "reason", ending,
            description: """
                `everywhere`: the user signed out everywhere. `revoked`: an administrator or a command ended them. \
                `password`: the password changed. `unlinked`: the user unlinked an account at a provider. `suspended`, \
                `deleted`: the account was.
                """)
    }
}

extension AuditAction {
    static let loginSucceeded = AuditAction(rawValue: "login.succeeded")
    static let sessionEnded = AuditAction(rawValue: "session.ended")
    static let sessionsEnded = AuditAction(rawValue: "session.ended_everywhere")
    static let sessionRevoked = AuditAction(rawValue: "session.revoked")
    static let tokenReused = AuditAction(rawValue: "token.reused")
}
