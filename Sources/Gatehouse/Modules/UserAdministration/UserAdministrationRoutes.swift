import FoundationEssentials
import Web

extension UserAdministration {
    var routes: [Route] {
        [
            Route(
                .get, "/users", "List accounts",
                description: """
                    `email` finds the beginnings of addresses; `q` finds the beginnings of words in names and \
                    addresses. Deleted accounts are listed until they are erased.
                    """, tag: "User administration", guard: .permission(.usersRead), tier: .standard,
                input: ListUsers.self, returns: .ok([User].self)
            ) { input, call in try service.list(input, call) },
            Route(
                .post, "/users", "Create an account",
                description: """
                    Without a password, mails an invitation to set the first one, valid for 7 days. With a password, \
                    mails a link that verifies the address, unless the request marks it as verified. You cannot give a \
                    role with permissions that you do not have.
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
                    Suspending ends its sessions at once. `active` also restores a deleted account within its 30 days, \
                    unless it has lost an address that it never verified. You cannot change an account that has more \
                    permissions than you, and the last active administrator who can sign in must remain one.
                    """, tag: "User administration", guard: .permission(.usersWrite), tier: .standard,
                isVersioned: true, input: UpdateUserAccount.self, returns: .ok(User.self),
                errors: [.notFound, .conflict]
                    + service.hooks.errors(of: RoleChanged.self, AccountSuspended.self, AccountActivated.self)
            ) { input, call in Answer(try service.update(input, call)) },
            Route(
                .delete, "/users/{id}", "Delete an account",
                description: "Ends its sessions. The account can be restored for 30 days; then it is erased.",
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
                description: "Lists the keys that act for the account, not those of its organizations.",
                tag: "User administration",
                guard: .permission(.usersRead), tier: .standard, input: ListUserAPIKeys.self,
                returns: .ok([APIKey].self), errors: [.notFound]
            ) { input, call in try service.listAPIKeys(input, call) },
            Route(
                .delete, "/users/{id}/api-keys/{keyId}", "Revoke an API key of an account",
                description: """
                    The key stops working at once. You cannot change an account that has more permissions than you.
                    """,
                tag: "User administration", guard: .permission(.usersWrite), tier: .standard,
                input: NamedUserAPIKey.self, returns: .noContent,
                errors: [.notFound] + service.hooks.errors(of: APIKeyRevoked.self)
            ) { input, call in Answer(done: try service.revokeAPIKey(input, call)) },
        ]
    }
}
