import Web

extension Sessions {
    var routes: [Route] {
        [
            Route(
                .get, "/users/me/sessions", "List your sessions",
                description: "Lists live sessions, the last used first.", tag: "Users", guard: .user,
                scope: .accountRead,
                tier: .standard, input: ListSessions.self, returns: .ok([Session].self), handle: service.list),
            Route(
                .delete, "/users/me/sessions/{id}", "End one of your sessions",
                description: "Its tokens stop working at once.", tag: "Users", guard: .owner, tier: .standard,
                input: NamedResource.self, returns: .noContent, handle: service.revoke),
        ]
    }
}
