import FoundationEssentials
import Web

/// An API key was made.
struct APIKeyCreated: Event {
    /// The public id of the key.
    let key: UUID
    /// For whom it acts.
    let holder: Tenant
    let scopes: Set<Permission>
}

/// An API key got another secret; the one before no longer works.
struct APIKeyRotated: Event {
    /// The public id of the key.
    let key: UUID
    /// For whom it acts.
    let holder: Tenant
}

/// An API key was revoked.
struct APIKeyRevoked: Event {
    /// The public id of the key.
    let key: UUID
    /// For whom it acted.
    let holder: Tenant
}
