/// Somebody requests an account by registering. It fires before the address is looked up, whether or not it has an
/// account, so a refusal, which the caller sees, reveals nothing about that. A hook must not look it up either.
public struct RegistrationRequested: RefusableEvent {
    /// The address.
    public let email: EmailAddress
    /// The name that others see.
    public let name: String
    /// Whether the person is invited.
    let invitation: InvitationProof
}

/// The owner of an address said that they did not register the account. Every way into the account has ended. Hooks
/// cannot refuse it, since that would keep a stranger's way in.
public struct RegistrationRejected: Event {
    /// The account.
    public let user: UserReference

    /// `user.rejected`.
    public static var auditActions: [AuditAction] { [.userRejected] }
    /// The account.
    public var auditEntry: AuditEntry? { AuditEntry(.userRejected, user.publicID) }
}

extension AuditAction {
    static let userRejected = AuditAction(rawValue: "user.rejected")
}
