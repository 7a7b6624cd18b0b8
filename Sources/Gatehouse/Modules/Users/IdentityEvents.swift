import Web

/// A user can sign in with a provider: the account there was linked to the user's.
public struct IdentityLinked: RefusableEvent {
    /// The account.
    public let user: UserReference
    /// The id of the provider in the settings.
    public let provider: String
    /// Whether the signed-in user asked for it; else it was linked by signing in.
    public let isRequested: Bool

    /// `identity.linked`.
    public static var auditActions: [AuditAction] { [.identityLinked] }
    /// The account, and the provider.
    public var auditEntry: AuditEntry? {
        AuditEntry(.identityLinked, user.publicID, details: ["provider": .string(provider)])
    }
}

/// A user can no longer sign in with a provider. It does not fire when the whole account is erased.
///
/// Hooks cannot refuse it, since that would keep a stranger's way into an account.
public struct IdentityUnlinked: Event {
    /// The account.
    public let user: UserReference
    /// The former identity, for the module that revokes its token.
    let identity: Identity
    /// Whether the signed-in user asked for it; else every way into the account ends.
    public let isRequested: Bool

    /// The id of the provider in the settings.
    public var provider: String { identity.provider }

    /// `identity.unlinked`.
    public static var auditActions: [AuditAction] { [.identityUnlinked] }
    /// The account, and the provider.
    public var auditEntry: AuditEntry? {
        AuditEntry(.identityUnlinked, user.publicID, details: ["provider": .string(provider)])
    }
}

extension AuditAction {
    static let identityLinked = AuditAction(rawValue: "identity.linked")
    static let identityUnlinked = AuditAction(rawValue: "identity.unlinked")
}
