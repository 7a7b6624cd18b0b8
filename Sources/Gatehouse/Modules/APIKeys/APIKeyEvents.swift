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
    /// The public id of the organization for which it acts; `nil` for a user's own key.
    public let organization: UUID?
    /// The public id of the user who made it.
    public let maker: UUID?
}

/// An API key got another secret; the previous one no longer works.
public struct APIKeyRotated: RefusableEvent {
    /// The public id of the key.
    public let key: UUID
    /// For whom it acts.
    public let holder: Tenant
    /// The public id of the organization for which it acts; `nil` for a user's own key.
    public let organization: UUID?
    /// The public id of the user who made it; `nil` if that account was erased.
    public let maker: UUID?
}

/// An API key was revoked.
public struct APIKeyRevoked: RefusableEvent {
    /// The public id of the key.
    public let key: UUID
    /// The former holder of the key.
    public let holder: Tenant
    /// The public id of the organization for which it acted; `nil` for a user's own key.
    public let organization: UUID?
    /// The public id of the user who made it; `nil` if that account was erased.
    public let maker: UUID?
}

extension APIKeyCreated {
    init(_ key: APIKey) {
        self.init(
            key: key.publicID, holder: key.holder, scopes: key.scopes, organization: key.organizationID,
            maker: key.createdBy)
    }
}

extension APIKeyRotated {
    init(_ key: APIKey) {
        self.init(key: key.publicID, holder: key.holder, organization: key.organizationID, maker: key.createdBy)
    }
}

extension APIKeyRevoked {
    init(_ key: APIKey) {
        self.init(key: key.publicID, holder: key.holder, organization: key.organizationID, maker: key.createdBy)
    }
}

// What webhooks deliver of them. The maker of a user's own key is that user.

extension APIKeyCreated: PublishedEvent {
    /// The name of the event.
    public static let name: StaticString = "api_key.created"
    /// What happened.
    public static let summary = "An API key was made."
    /// An example.
    public static let example = APIKeyCreated(.example)
    /// The organization for which it acts.
    public var organizationID: UInt64? { holder.organizationID }

    /// The data of a delivery.
    public func write(to output: inout Output) {
        output.field("apiKeyId", key)
        output.field("organizationId", organization)
        output.field("createdBy", maker)
        output.field("scopes", scopes)
    }
}

extension APIKeyRotated: PublishedEvent {
    /// The name of the event.
    public static let name: StaticString = "api_key.rotated"
    /// What happened.
    public static let summary = "An API key has another secret; the previous one no longer works."
    /// An example.
    public static let example = APIKeyRotated(.example)
    /// The organization for which it acts.
    public var organizationID: UInt64? { holder.organizationID }

    /// The data of a delivery.
    public func write(to output: inout Output) {
        output.field("apiKeyId", key)
        output.field("organizationId", organization)
        output.field("createdBy", maker)
    }
}

extension APIKeyRevoked: PublishedEvent {
    /// The name of the event.
    public static let name: StaticString = "api_key.revoked"
    /// What happened.
    public static let summary = "An API key was revoked."
    /// An example.
    public static let example = APIKeyRevoked(.example)
    /// The organization for which it acted.
    public var organizationID: UInt64? { holder.organizationID }

    /// The data of a delivery.
    public func write(to output: inout Output) {
        output.field("apiKeyId", key)
        output.field("organizationId", organization)
        output.field("createdBy", maker)
    }
}
