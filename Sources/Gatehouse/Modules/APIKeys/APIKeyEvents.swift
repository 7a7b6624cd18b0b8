public import FoundationEssentials
public import Web

/// An API key was made.
public struct APIKeyCreated: RefusableEvent {
    /// The public id of the key.
    public let key: UUID
    /// For whom it acts.
    public let holder: Tenant
    /// What it was made for.
    public let scopes: Set<Permission>
}

/// An API key got another secret; the one before no longer works.
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
    /// For whom it acted.
    public let holder: Tenant
}
