import Database
import Web

extension Sessions {
    var routes: [Route] {
        [
            Route(
                .get, "/users/me/sessions", "List your sessions",
                description: "Lists live sessions, the last used first.", tag: "Users", guard: .user,
                scope: .accountRead,
                tier: .standard, input: ListSessions.self, returns: .ok([Session].self), handle: list),
            Route(
                .delete, "/users/me/sessions/{id}", "End one of your sessions",
                description: "Its tokens stop working at once.", tag: "Users", guard: .owner, tier: .standard,
                input: NamedResource.self, returns: .noContent, handle: revoke),
        ]
    }

    @Sendable private func list(_ input: ListSessions, _ call: Call) throws -> Answer<[Session]> {
        let user = try call.user
        let page = try lists.page(input.list, of: SessionRepository.live(of: user.id), call)
        var sessions = page.inOrder(try SessionRepository.find(page.ids, of: user.id, in: call.db), by: \.id)
        let current = try call.principal.session
        for index in sessions.indices { sessions[index].isCurrent = sessions[index].publicID == current }
        return Answer(sessions, meta: page.meta)
    }

    @Sendable private func revoke(_ input: NamedResource, _ call: Call) throws -> Answer<NoContent> {
        let caller = try call.signedIn
        try call.db.transaction { db in
            guard try SessionRepository.end(input.id, of: caller.user.id, because: .revoked, in: db) else {
                throw APIError(.notFound)
            }
            try Audit.record(
                .sessionRevoked, actor: caller.user.publicID, target: caller.user.publicID, session: input.id,
                from: call.origin, in: db)
        }
        let isCurrent = input.id == caller.session
        return Answer(NoContent(), headers: isCurrent ? HTTPFields([RefreshCookie.cookie.removal]) : [:])
    }
}
