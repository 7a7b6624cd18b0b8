import Web

extension Account {
    private static let proofErrors: [ErrorCode] = [.invalidCredentials, .accountLocked]

    var routes: [Route] {
        [
            Route(
                .post, "/users/me/password", "Change your password",
                description: """
                    Ends your other sessions, and with `"revokeApiKeys": true` revokes your API keys, which else go \
                    on. An account without a password sets one without `currentPassword`, within 5 minutes of signing \
                    in.
                    """, tag: "Users", guard: .user, tier: .standard, input: ChangePassword.self, returns: .noContent,
                errors: Self.proofErrors + hooks.errors(of: PasswordChanged.self, APIKeyRevoked.self)
            ) { input, call in try passwordChange.change(input, call) },
            Route(
                .post, "/users/me/email", "Change your e-mail address",
                description: """
                    Sends a link to the new address, which takes effect when the link is followed within 24 hours; \
                    the old address is told. Answers the same whether or not the new address has an account.
                    """, tag: "Users", guard: .user, tier: .emailSending, input: ChangeEmail.self,
                returns: .ok(Message.self), errors: Self.proofErrors + hooks.errors(of: EmailChangeRequested.self)
            ) { input, call in try emailChange.request(input, call) },
            Route(
                .post, "/auth/confirm-email", "Confirm a new e-mail address",
                description: """
                    Takes the token of the link, which works once and for 24 hours. In a browser that has signed in to \
                    the account (by its cookie) that is enough. Elsewhere it takes `password`: the link shows only who \
                    reads the mail. `PASSWORD_REQUIRED` does not use the link up.
                    """, tag: "Auth", guard: .public, tier: .authentication, input: ConfirmEmail.self,
                returns: .ok(Verified.self),
                errors: [.unprocessable, .emailTaken, .passwordRequired] + Self.proofErrors
                    + hooks.errors(of: EmailChanged.self, EmailVerified.self)
            ) { input, call in try emailChange.confirm(input, call) },
            Route(
                streaming: "/users/me/export", "Export everything held about you",
                description: """
                    Takes a sign-in, since it holds more than any one scope of an API key shows. Of two at a time one \
                    is answered with `RATE_LIMITED`. It may be long: it is sent as it is read, without \
                    `Content-Length` where it has more than 64 KiB, and for ten minutes at most. An answer that is \
                    broken off, as by signing out, lacks the end of its transfer coding, and of the JSON.
                    """, tag: "Users", guard: .user, tier: .expensive, isOneAtATime: true,
                returns: .ok(example: ExportedAccount(exampleWith: export.sections))
            ) { call in try export.export(call) },
            Route(
                .delete, "/users/me", "Delete your account",
                description: """
                    Takes the password, or, of an account without one, a sign-in of the last 5 minutes. Every session \
                    ends at once; after 30 days everything held about you is erased.
                    """, tag: "Users", guard: .user, tier: .standard, input: DeleteAccount.self, returns: .noContent,
                errors: Self.proofErrors + [.conflict, .lastOwner] + hooks.errors(of: AccountDeleted.self)
            ) { input, call in try deletion.delete(input, call) },
        ]
    }
}
