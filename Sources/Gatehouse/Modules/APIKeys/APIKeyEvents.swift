public import FoundationEssentials
public import Web

/// What happens to an API key. The audit has it under the same name.
public protocol APIKeyEvent: RefusableEvent, PublishedEvent {
    /// The key.
    var key: APIKeyReference { get }
}

/// The API key of an event, and whose it is.
public struct APIKeyReference: Sendable {
    let row: APIKey

    /// The public id of the key.
    public var publicID: UUID { row.publicID }
    /// For whom it acts.
    public var holder: Tenant { row.holder }
    /// Its scopes.
    public var scopes: Set<Permission> { row.scopes }
    /// The public id of the organization for which it acts; `nil` for a user's own key.
    public var organization: UUID? { row.organizationID }
    /// The public id of the user who made it, who is the holder of an own key; `nil` if that account was erased.
    public var maker: UUID? { row.createdBy }

    static let example = APIKeyReference(row: .example)

    fileprivate func write(to output: inout Output) {
        output.field("apiKeyId", publicID)
        output.field("organizationId", organization)
        output.field("createdBy", maker)
    }
}

extension APIKeyEvent {
    /// The organization for which it acts.
    public var organizationID: UInt64? { key.holder.organizationID }
    /// The action with the event's name.
    public static var auditActions: [AuditAction] { [action] }
    /// What happened to the key.
    public var auditEntry: AuditEntry? { AuditEntry(Self.action, key.publicID) }

    /// The key, and whose it is.
    public func write(to output: inout Output) { key.write(to: &output) }
}

/// An API key was created.
public struct APIKeyCreated: APIKeyEvent {
    /// The key.
    public let key: APIKeyReference
    /// The user who made it.
    public let user: UserReference
    /// The name, sentence and example of the event for webhooks.
    public static let publication = Publication(
        "api_key.created", "An API key was created.", example: Self(key: .example, user: .example))

    /// The scopes.
    public var auditEntry: AuditEntry? {
        AuditEntry(Self.action, key.publicID, details: ["scopes": .array(key.scopes.words.map { .string($0) })])
    }

    /// The key with its scopes.
    public func write(to output: inout Output) {
        key.write(to: &output)
        output.field("scopes", key.scopes)
    }
}

/// An API key got another secret; the previous one no longer works.
public struct APIKeyRotated: APIKeyEvent {
    /// The key.
    public let key: APIKeyReference
    /// The user who replaced the secret.
    public let user: UserReference
    /// The name, sentence and example of the event for webhooks.
    public static let publication = Publication(
        "api_key.rotated", "The secret of an API key was replaced; the previous one no longer works.",
        example: Self(key: .example, user: .example))
}

/// An API key was revoked.
public struct APIKeyRevoked: APIKeyEvent {
    /// The former key.
    public let key: APIKeyReference
    /// Whether all keys of a user are revoked. The audit has one entry for these: `api_key.all_revoked`.
    public let isOneOfAll: Bool
    /// The name, sentence and example of the event for webhooks.
    public static let publication = Publication(
        "api_key.revoked", "An API key was revoked.", example: Self(key: .example, isOneOfAll: false))

    /// Whose key it was, unless it is one of all.
    public var auditEntry: AuditEntry? {
        if isOneOfAll { return nil }
        let holder = key.organization.map { JSON.Member("organizationId", $0.json) }
        return AuditEntry(
            Self.action, key.publicID, details: .object([holder ?? JSON.Member("userId", key.maker.json)]))
    }
}

extension APIKey {
    /// The key in events.
    var reference: APIKeyReference { APIKeyReference(row: self) }
}
