import FoundationEssentials
import Web

/// The actor of a change, for the audit. Use cases that the API, commands and jobs share take one.
public struct AuditActor: Sendable {
    /// The public id of the user or organization; `nil` if nobody was signed in.
    let publicID: UUID?
    let session: UUID?
    /// Further details for the audit.
    let details: [JSON.Member]
    /// The origin of the request; `nil` without a request.
    let origin: Origin?
    /// Whether an operator insists, so the change is made even if it leaves nobody in charge.
    let isForced: Bool

    /// An authenticated principal. The id of its API key, if any, is a detail.
    public init(_ principal: Principal, from origin: Origin) {
        publicID = principal.publicID
        session = principal.session
        details = principal.apiKey.map { [JSON.Member("apiKeyId", $0.json)] } ?? []
        self.origin = origin
        isForced = false
    }

    /// A user who signs in, or who proved by a mailed link that the account is theirs.
    init(_ publicID: UUID, session: UUID? = nil, from origin: Origin) {
        self.init(publicID, session: session, details: [], origin: origin)
    }

    private init(
        _ publicID: UUID? = nil, session: UUID? = nil, details: [JSON.Member] = [], origin: Origin? = nil,
        isForced: Bool = false
    ) {
        self.publicID = publicID
        self.session = session
        self.details = details
        self.origin = origin
        self.isForced = isForced
    }

    /// Somebody who has not signed in.
    static func nobody(from origin: Origin) -> AuditActor { AuditActor(origin: origin) }

    /// An operator, by a command.
    static let command = command(isForced: false)
    /// An operator, by a command that may insist.
    static func command(isForced: Bool) -> AuditActor {
        AuditActor(details: [JSON.Member("by", "command")], isForced: isForced)
    }
    /// The same without the insistence of an operator, which is for the named change only.
    var unforced: AuditActor { AuditActor(publicID, session: session, details: details, origin: origin) }
    /// The program itself, by a job.
    public static let program = AuditActor()
}
