import Web

extension PasswordReset {
    var routes: [Route] {
        [
            Route(
                .post, "/auth/password-reset/request", "Ask for a link that sets a new password",
                description: "Answers the same whether or not the address has an account.", tag: "Auth",
                guard: .public, tier: .emailSending, input: RequestPasswordReset.self, returns: .ok(Message.self)
            ) { input, call in try request(input, call) },
            Route(
                .post, "/auth/password-reset/confirm", "Set a new password by a link",
                description: """
                    Takes the token of the link, which works once and for an hour, or, where the account was \
                    made for you and has no password, for 7 days. Ends every session, revokes your API keys, verifies \
                    the address and forgets failed attempts. The keys of organizations stay.
                    """, tag: "Auth", guard: .public, tier: .authentication, input: ConfirmPasswordReset.self,
                returns: .ok(Message.self),
                errors: [.unprocessable]
                    + hooks.errors(of: PasswordChanged.self, EmailVerified.self, APIKeyRevoked.self)
            ) { input, call in try confirm(input, call) },
        ]
    }
}
