import Database
import HTTPTypes
import Web

/// Which sessions to end.
struct EndSessions: RequestInput {
    let isEverywhere: Bool

    init(from input: inout Input) {
        isEverywhere = input.query("everywhere", .boolean) ?? false
    }
}

/// Ends the session of the access token, or all of its user's.
struct Logout {
    func logout(_ input: EndSessions, _ call: Call) throws -> Answer<NoContent> {
        let caller = try call.signedIn
        try call.db.transaction { db in
            if input.isEverywhere {
                try SessionRepository.endAll(of: caller.id, because: .everywhere, in: db)
            } else {
                guard try SessionRepository.end(caller.sessionPublicID, of: caller.id, because: .logout, in: db) else {
                    return
                }
            }
            try Audit.record(
                input.isEverywhere ? .sessionsEnded : .sessionEnded, actor: caller.publicID, target: caller.publicID,
                session: caller.sessionPublicID, from: call.origin, in: db)
        }
        return Answer(NoContent(), headers: HTTPFields([RefreshCookie.cookie.removal]))
    }
}
