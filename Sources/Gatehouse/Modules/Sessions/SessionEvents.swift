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
    /// In webhooks.
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

extension AuditAction {
    static let loginSucceeded = AuditAction(rawValue: "login.succeeded")
}
