public import FoundationEssentials
public import Web

/// An API key was made.
public struct APIKeyCreated: RefusableEvent {
    /// The public id of the key.
    public let key: UUID
    /// For whom it acts.
    public let holder: Tenant
    /// The scopes of the key.
    public let scopes: Set<Permission>
}

/// An API key got another secret; the previous one no longer works.
public struct APIKeyRotated: RefusableEvent {
    /// The public id of the key.
    public let key: UUID
    /// For whom it acts.
    public let holder: Tenant
}

/// An API key was revoked.
public struct APIKeyRevoked: RefusableEvent {
    /// The public id of the key.
    public let key: UUID
    /// The former holder of the key.
    public let holder: Tenant
}
