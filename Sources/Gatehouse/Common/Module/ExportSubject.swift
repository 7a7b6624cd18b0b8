public import Database
import FoundationEssentials
import Web

/// The user whose data is exported.
public struct ExportSubject {
    let caller: Caller
    /// The key of the user's address; `nil` while the address is not verified.
    let verifiedEmailKey: String?
    /// The public id of the export's own event in the audit.
    let auditEvent: UUID
    /// The connection from which to read.
    public let db: Connection
    /// Whether the session is still valid.
    let isLive: () throws -> Bool

    /// The user whose data is exported.
    public var user: UserReference { caller.user }

    /// Stops the export if the session has ended.
    func requireSession() throws {
        guard try isLive() else { throw APIError(.tokenRevoked) }
    }
}
