import Database
import Web

/// The sessions of the caller.
struct SessionService {
    let lists: Lists
    let hooks: Hooks

    @Sendable func list(_ input: ListSessions, _ call: Call) throws -> Answer<[Session]> {
        let user = try call.user
        let page = try lists.page(input.list, of: SessionRepository.range(of: user.id, for: input.list), call)
        var sessions = page.inOrder(try SessionRepository.find(page.ids, of: user.id, in: call.db), by: \.id)
        let current = try call.principal.session
        for index in sessions.indices { sessions[index].isCurrent = sessions[index].publicID == current }
        return Answer(sessions, meta: page.meta)
    }

    @Sendable func revoke(_ input: NamedResource, _ call: Call) throws -> Answer<NoContent> {
        let caller = try call.signedIn
        try call.db.transaction { db in
            // The session of the audit's entry is the revoked one.
            let actor = AuditActor(caller.user.publicID, session: input.id, from: call.origin)
            guard
                try SessionRepository.end(
                    input.id, of: caller.user, because: .revoked, by: actor, telling: hooks, in: db)
            else { throw APIError(.notFound) }
        }
        let isCurrent = input.id == caller.session
        return Answer(NoContent(), headers: isCurrent ? HTTPFields([RefreshCookie.cookie.removal]) : [:])
    }
}
