public import Database
public import FoundationEssentials
public import Web

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

    /// A user who has signed in, or who proved by a mailed link that the account is theirs; `nil` if the user is
    /// unknown.
    init(_ publicID: UUID?, session: UUID? = nil, from origin: Origin) {
        self.publicID = publicID
        self.session = session
        details = []
        self.origin = origin
        isForced = false
    }

    private init(details: [JSON.Member], isForced: Bool = false) {
        publicID = nil
        session = nil
        self.details = details
        origin = nil
        self.isForced = isForced
    }

    /// An operator, by a command.
    static let command = command(isForced: false)
    /// An operator, by a command that may insist.
    static func command(isForced: Bool) -> AuditActor {
        AuditActor(details: [JSON.Member("by", "command")], isForced: isForced)
    }
    /// The program itself, by a job.
    public static let program = AuditActor(details: [])
}

extension Audit {
    /// Appends an event with its actor.
    /// - Parameters:
    ///   - target: the public id of whom or what it was done to.
    ///   - details: words and names of fields, never their values, in addition to the actor's details.
    public static func record(
        _ action: AuditAction, by actor: AuditActor, target: UUID?, details: [JSON.Member] = [], in db: Connection
    ) throws(DatabaseError) {
        let all = details + actor.details
        try record(
            action, actor: actor.publicID, target: target, session: actor.session,
            details: all.isEmpty ? nil : .object(all), from: actor.origin, in: db)
    }
}
