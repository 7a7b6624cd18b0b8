import FoundationEssentials
import Web

extension APIKeys {
    var routes: [Route] {
        [
            Route(
                .post, "/api-keys", "Make an API key",
                description: """
                    The secret is shown only this once. Your own key can do what its scopes allow, as long as you are \
                    allowed to. The key of an organization acts there like an administrator, within its scopes. \
                    `account:read` shows the account and the list of its sessions. Needs a proof of the last \
                    \(RecentProof.minutes) minutes.
                    """, tag: "API keys", guard: .user, tier: .expensive,
                input: InputReader(CreateAPIKey.exampleBody) { [catalogue] in CreateAPIKey(from: &$0, catalogue) },
                returns: .created(NewAPIKey.self),
                errors: [.notFound, .conflict, .reauthenticationRequired] + hooks.errors(of: APIKeyCreated.self)
            ) { input, call in created(try service.create(input, call)) },
            Route(
                .get, "/api-keys", "List API keys",
                description: "Lists your keys, or those of an organization, for its administrators.", tag: "API keys",
                guard: .user, tier: .standard, input: ListAPIKeys.self, returns: .ok([APIKey].self),
                errors: [.notFound]
            ) { input, call in try service.list(input, call) },
            Route(
                .get, "/api-keys/{id}", "Read an API key", tag: "API keys", guard: .owner, tier: .standard,
                input: NamedResource.self, returns: .ok(APIKey.self)
            ) { input, call in Answer(try service.read(input.id, call)) },
            Route(
                .post, "/api-keys/{id}/rotate", "Replace the secret of an API key",
                description: "The previous secret stops working at once.", tag: "API keys", guard: .owner,
                tier: .expensive, input: NamedResource.self, returns: .created(NewAPIKey.self),
                errors: [.reauthenticationRequired] + hooks.errors(of: APIKeyRotated.self)
            ) { input, call in created(try service.rotate(input.id, call)) },
            Route(
                .delete, "/api-keys/{id}", "Revoke an API key", description: "It stops working at once.",
                tag: "API keys", guard: .owner, tier: .standard, input: NamedResource.self, returns: .noContent,
                errors: hooks.errors(of: APIKeyRevoked.self)
            ) { input, call in Answer(done: try service.revoke(input.id, call)) },
        ]
    }

    private func created(_ key: NewAPIKey) -> Answer<NewAPIKey> {
        Answer(created: key, at: "/api-keys/\(key.key.publicID.text)")
    }
}
