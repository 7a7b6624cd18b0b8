import Web

extension PasswordReset {
    var routes: [Route] {
        [
            Route(
                .post, "/auth/password-reset/request", "Request a link that sets a new password",
                description: "Answers the same whether or not the address has an account.", tag: "Auth",
                guard: .public, tier: .emailSending, input: RequestPasswordReset.self, returns: .ok(Message.self)
            ) { input, call in try service.request(input, call) },
            Route(
                .post, "/auth/password-reset/confirm", "Set a new password with a link",
                description: """
                    Takes the token of the link, which works once and for an hour, or for 7 days if the account was \
                    made for you and has no password yet. Ends every session, revokes your API keys, verifies the \
                    address and clears failed attempts. The keys of organizations stay.
                    """, tag: "Auth", guard: .public, tier: .authentication, input: ConfirmPasswordReset.self,
                returns: .ok(Message.self),
                errors: [.unprocessable]
                    + service.hooks.errors(
                        of: PasswordChanged.self, EmailVerified.self, ProfileChanged.self, APIKeyRevoked.self)
            ) { input, call in try service.confirm(input, call) },
        ]
    }
}
