import Web

extension Account {
    private static let proofErrors: [ErrorCode] = [.invalidCredentials, .accountLocked, .reauthenticationRequired]

    var routes: [Route] {
        [
            Route(
                .post, "/users/me/password", "Change your password",
                description: """
                    Ends your other sessions. With `"revokeApiKeys": true` also revokes your API keys, which otherwise \
                    stay valid. An account without a password sets one without `currentPassword`, within \
                    \(RecentProof.minutes) minutes of a proof.
                    """, tag: "Users", guard: .user, tier: .standard, input: ChangePassword.self, returns: .noContent,
                errors: Self.proofErrors + hooks.errors(of: PasswordChanged.self, APIKeyRevoked.self)
            ) { input, call in try passwordChange.change(input, call) },
            Route(
                .post, "/users/me/email", "Change your e-mail address",
                description: """
                    Sends a link to the new address. The change takes effect when the link is followed within 24 \
                    hours. A mail tells the old address. The answer is the same whether or not the new address has an \
                    account.
                    """, tag: "Users", guard: .user, tier: .emailSending, input: ChangeEmail.self,
                returns: .ok(Message.self), errors: Self.proofErrors + hooks.errors(of: EmailChangeRequested.self)
            ) { input, call in try emailChange.request(input, call) },
            Route(
                .post, "/auth/confirm-email", "Confirm a new e-mail address",
                description: """
                    Takes the token of the link, which works once and for 24 hours. The token is enough in a browser \
                    that has signed in to the account, as its cookie shows. Elsewhere `password` is needed too, since \
                    the link only proves who reads the mail. `PASSWORD_REQUIRED` does not consume the link.
                    """, tag: "Auth", guard: .public, tier: .authentication, input: ConfirmEmail.self,
                returns: .ok(Verified.self),
                errors: [.unprocessable, .emailTaken, .passwordRequired, .invalidCredentials, .accountLocked]
                    + hooks.errors(of: EmailChanged.self, EmailVerified.self)
            ) { input, call in try emailChange.confirm(input, call) },
            Route(
                streaming: "/users/me/export", "Export all data about you",
                description: """
                    Needs a sign-in, since the export contains more than any single scope of an API key shows. A \
                    second export at the same time gets `RATE_LIMITED`. The answer may be long: it is sent as it is \
                    read, without `Content-Length` if it is longer than 64 KiB, and for at most ten minutes. An answer \
                    that is broken off, for example by signing out, lacks the end of its transfer coding and of the \
                    JSON.
                    """, tag: "Users", guard: .user, tier: .expensive, isOneAtATime: true,
                returns: .ok(example: ExportedAccount(exampleWith: export.sections)),
                errors: [.reauthenticationRequired]
            ) { call in try export.export(call) },
            Route(
                .delete, "/users/me", "Delete your account",
                description: """
                    Needs the password, or a proof within the last \(RecentProof.minutes) minutes. Every session ends \
                    at once; after 30 days all data about you is erased.
                    """, tag: "Users", guard: .user, tier: .standard, input: DeleteAccount.self, returns: .noContent,
                errors: Self.proofErrors + [.conflict, .lastOwner] + hooks.errors(of: AccountDeleted.self)
            ) { input, call in try deletion.delete(input, call) },
        ]
    }
}
