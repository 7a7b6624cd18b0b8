import FoundationEssentials
import Web

extension UserAdministration {
    var routes: [Route] {
        [
            Route(
                .get, "/users", "List accounts",
                description: """
                    `email` is what the address begins with; `q` finds the beginnings of words in names and \
                    addresses. Deleted accounts are listed until they are erased.
                    """, tag: "User administration", guard: .permission(.usersRead), tier: .standard,
                input: ListUsers.self, returns: .ok([User].self)
            ) { input, call in try service.list(input, call) },
            Route(
                .post, "/users", "Make an account",
                description: """
                    Without a password an invitation to set the first one is mailed, good for 7 days; with one, a \
                    link that verifies the address, unless that is said to be verified. Nobody gives a role that \
                    holds more than they do.
                    """, tag: "User administration", guard: .permission(.usersWrite), tier: .standard,
                isVersioned: true, input: CreateUserAccount.self, returns: .created(User.self),
                errors: [.emailTaken]
                    + service.hooks.errors(of: AccountWillBeCreated.self, AccountCreated.self)
            ) { input, call in Answer(created: try service.create(input, call), call) },
            Route(
                .get, "/users/{id}", "Read an account", tag: "User administration", guard: .permission(.usersRead),
                tier: .standard, isVersioned: true, input: NamedResource.self, returns: .ok(User.self),
                errors: [.notFound]
            ) { input, call in Answer(try service.read(input.id, in: call.db)) },
            Route(
                .patch, "/users/{id}", "Change the role or status of an account",
                description: """
                    Suspending ends its sessions at once. `active` also brings a deleted account back while it is \
                    kept, unless it has lost an address that it never verified. An account that may do more than you \
                    cannot be changed by you, and the last active administrator who can sign in stays one.
                    """, tag: "User administration", guard: .permission(.usersWrite), tier: .standard,
                isVersioned: true, input: UpdateUserAccount.self, returns: .ok(User.self),
                errors: [.notFound, .conflict]
                    + service.hooks.errors(of: RoleChanged.self, AccountSuspended.self, AccountActivated.self)
            ) { input, call in Answer(try service.update(input, call)) },
            Route(
                .delete, "/users/{id}", "Delete an account",
                description: "Ends its sessions; it is kept for 30 days, in which it can be brought back, then erased.",
                tag: "User administration", guard: .permission(.usersWrite), tier: .standard, isVersioned: true,
                input: NamedResource.self, returns: .noContent,
                errors: [.notFound, .conflict, .lastOwner] + service.hooks.errors(of: AccountDeleted.self)
            ) { input, call in Answer(done: try service.delete(input.id, call)) },
            Route(
                .post, "/users/{id}/sessions/revoke", "End the sessions of an account",
                description: """
                    Their tokens stop working at once. With `"revokeApiKeys": true` the API keys of the account are \
                    revoked too.
                    """, tag: "User administration", guard: .permission(.usersWrite), tier: .standard,
                input: EndUserSessions.self, returns: .noContent,
                errors: [.notFound] + service.hooks.errors(of: APIKeyRevoked.self)
            ) { input, call in Answer(done: try service.endSessions(input, call)) },
            Route(
                .get, "/users/{id}/api-keys", "List the API keys of an account",
                description: "Those that act for it; not those of its organizations.", tag: "User administration",
                guard: .permission(.usersRead), tier: .standard, input: ListUserAPIKeys.self,
                returns: .ok([APIKey].self), errors: [.notFound]
            ) { input, call in try service.listAPIKeys(input, call) },
            Route(
                .delete, "/users/{id}/api-keys/{keyId}", "Revoke an API key of an account",
                description: "It stops working at once. An account that may do more than you cannot be changed by you.",
                tag: "User administration", guard: .permission(.usersWrite), tier: .standard,
                input: NamedUserAPIKey.self, returns: .noContent,
                errors: [.notFound] + service.hooks.errors(of: APIKeyRevoked.self)
            ) { input, call in Answer(done: try service.revokeAPIKey(input, call)) },
        ]
    }
}
