public import Database
public import FoundationEssentials
public import Web

/// Who makes a change, as the audit tells it. A use case that the API, commands and jobs share takes one.
public struct AuditActor: Sendable {
    /// The public id of the user or organization; `nil` where nobody was signed in.
    let publicID: UUID?
    let session: UUID?
    /// What else the audit says of them.
    let details: [JSON.Member]
    /// Where the request came from; `nil` without a request.
    let origin: Origin?
    /// Whether an operator insists: what leaves nobody in charge is done, too.
    let isForced: Bool

    /// Somebody who was authenticated, by a session or by an API key, whose id then stands in the details.
    public init(_ principal: Principal, from origin: Origin) {
        publicID = principal.publicID
        session = principal.session
        details = principal.apiKey.map { [JSON.Member("apiKeyId", $0.json)] } ?? []
        self.origin = origin
        isForced = false
    }

    /// A user who has signed in, or who proved by a mailed link that the account is theirs; `nil` where nobody is
    /// known.
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
    /// Appends an event that somebody caused.
    /// - Parameters:
    ///   - target: the public id of whom or what it was done to.
    ///   - details: words and names of fields, never their values, beside what is told of the actor.
    public static func record(
        _ action: AuditAction, by actor: AuditActor, target: UUID?, details: [JSON.Member] = [], in db: Connection
    ) throws(DatabaseError) {
        let all = details + actor.details
        try record(
            action, actor: actor.publicID, target: target, session: actor.session,
            details: all.isEmpty ? nil : .object(all), from: actor.origin, in: db)
    }
}
