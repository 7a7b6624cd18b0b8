import Database
import HTTPTypes
import Web

/// The sessions of the caller.
struct SessionRoutes {
    var routes: [Route] {
        [
            Route(
                .get, "/users/me/sessions", "List your sessions",
                description: "The live ones, the one last used first.", tag: "Users", guard: .user, tier: .standard,
                isPaged: true, input: ListSessions.self, returns: .ok([Session].self), handle: list),
            Route(
                .delete, "/users/me/sessions/{id}", "End one of your sessions",
                description: "Its tokens stop working at once.", tag: "Users", guard: .user, tier: .standard,
                input: NamedSession.self, returns: .noContent, errors: [.notFound], handle: revoke),
        ]
    }

    @Sendable private func list(_ input: ListSessions, _ call: Call) throws -> Answer<[Session]> {
        let caller = try call.signedIn
        var sessions = try SessionRepository.list(of: caller.id, input.page, input.order, in: call.db)
        for index in sessions.indices {
            sessions[index].isCurrent = sessions[index].publicID == caller.sessionPublicID
        }
        let total = try SessionRepository.count(of: caller.id, in: call.db)
        return Answer(sessions, meta: input.page.meta(total: total))
    }

    @Sendable private func revoke(_ input: NamedSession, _ call: Call) throws -> Answer<NoContent> {
        let caller = try call.signedIn
        try call.db.transaction { db in
            guard try SessionRepository.end(input.id, of: caller.id, because: .revoked, in: db) else {
                throw APIError(.notFound)
            }
            try Audit.record(
                .sessionRevoked, actor: caller.publicID, target: caller.publicID, session: input.id,
                from: call.origin, in: db)
        }
        return Answer(NoContent())
    }
}
