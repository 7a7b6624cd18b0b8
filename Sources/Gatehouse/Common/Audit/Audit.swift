import Database
import FoundationEssentials
import Web

/// What can stand in the audit. The words are part of the API of later versions and never change their meaning.
enum AuditAction: String, CaseIterable, Sendable {
    case userRegistered = "user.registered"
    case userReplaced = "user.replaced"
    case userCreated = "user.created"
    case userUpdated = "user.updated"
    case userSuspended = "user.suspended"
    case userActivated = "user.activated"
    case userDeleted = "user.deleted"
    case userErased = "user.erased"
    case userExported = "user.exported"
    case roleChanged = "user.role_changed"
    case emailVerified = "email.verified"
    case emailChangeRequested = "email.change_requested"
    case emailChanged = "email.changed"
    case passwordChanged = "password.changed"
    case passwordReset = "password.reset"
    case passwordSet = "password.set"
    case passwordRefused = "password.refused"
    case loginSucceeded = "login.succeeded"
    case loginFailed = "login.failed"
    case loginRefused = "login.refused"
    case loginLocked = "login.locked"
    case tokenRefreshed = "token.refreshed"
    case tokenReused = "token.reused"
    case sessionEnded = "session.ended"
    case sessionsEnded = "session.ended_everywhere"
    case sessionRevoked = "session.revoked"
    case keyRotated = "key.rotated"
    case accessDenied = "access.denied"
    case roleCreated = "role.created"
    case roleUpdated = "role.updated"
    case roleDeleted = "role.deleted"
    case organizationCreated = "organization.created"
    case organizationUpdated = "organization.updated"
    case organizationDeleted = "organization.deleted"
    case memberAdded = "member.added"
    case memberRoleChanged = "member.role_changed"
    case memberRemoved = "member.removed"
    case memberLeft = "member.left"
    case invitationSent = "invitation.sent"
    case invitationRevoked = "invitation.revoked"
    case invitationAccepted = "invitation.accepted"
    case ownershipTransferred = "ownership.transferred"
    case projectCreated = "project.created"
    case projectUpdated = "project.updated"
    case projectDeleted = "project.deleted"
    case projectRestored = "project.restored"
    case projectPurged = "project.purged"
    case apiKeyCreated = "api_key.created"
    case apiKeyRotated = "api_key.rotated"
    case apiKeyRevoked = "api_key.revoked"
}

/// Where a request came from, as far as the audit and the list of sessions tell.
struct Origin: Sendable {
    let requestID: String
    let address: String
    let userAgent: String
}

/// Writes the audit: one row for each event, in the transaction of the change it tells of. It takes ids and words, so that
/// a secret has no way in.
enum Audit {
    /// Appends an event.
    /// - Parameters:
    ///   - actor: the public id of who did it; `nil` where nobody was signed in.
    ///   - target: the public id of whom or what it was done to.
    ///   - details: words and names of fields, never their values.
    static func record(
        _ action: AuditAction, actor: UUID? = nil, target: UUID? = nil, session: UUID? = nil,
        details: JSON? = nil, from origin: Origin?, in db: Connection
    ) throws(DatabaseError) {
        let text = details.map { String(decoding: $0.text(), as: UTF8.self) }
        try db.execute(
            """
            INSERT INTO audit_events (public_id, action, actor_id, target_id, session_id, request_id, ip_address, details)
            VALUES (\(UUID.v7()), \(action.rawValue), \(actor), \(target), \(session),
                    \(origin?.requestID), \(origin?.address), \(text))
            """)
    }

    /// Appends an event that somebody caused, by a session or by an API key, whose id then stands in the details.
    static func record(
        _ action: AuditAction, by principal: Principal, target: UUID?, details: JSON? = nil, from origin: Origin,
        in db: Connection
    ) throws(DatabaseError) {
        var details = details
        if let key = principal.apiKey {
            details = .object((details?.members ?? []) + [.init("apiKeyId", key.json)])
        }
        try record(
            action, actor: principal.publicID, target: target, session: principal.session, details: details,
            from: origin, in: db)
    }
}
