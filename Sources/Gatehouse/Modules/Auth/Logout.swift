import Database
import Web

/// Ends the session of the access token.
struct Logout {
    func logout(_ call: Call) throws -> Answer<NoContent> {
        let caller = try call.signedIn
        try call.db.transaction { db in
            guard try SessionRepository.end(caller.sessionPublicID, of: caller.id, because: .logout, in: db) else {
                return
            }
            try Audit.record(
                .sessionEnded, actor: caller.publicID, target: caller.publicID, session: caller.sessionPublicID,
                from: call.origin, in: db)
        }
        return Answer(NoContent(), headers: RefreshCookie.removal)
    }
}
