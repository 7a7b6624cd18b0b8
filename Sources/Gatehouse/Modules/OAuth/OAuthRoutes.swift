import Web

extension OAuth {
    private static let callbackPath = "/auth/oauth/{provider}/callback"

    private static let errors = """
        `SIGN_IN_EXPIRED` (the attempt took longer than 10 minutes, was used before, or belongs to another browser), \
        `SIGN_IN_CANCELLED` (by the user), `PROVIDER_UNAVAILABLE` (it cannot be reached, or is switched off), \
        `PROVIDER_REFUSED` (its answer is not acceptable), `RATE_LIMITED` (too many mails to the address), \
        `EMAIL_REQUIRED` (it tells no address, or one that only forwards mails and cannot be used here), \
        `ACCOUNT_SUSPENDED`, `ACCOUNT_DELETED`, `EMAIL_NOT_VERIFIED` (a mail with a link is on its way), `EMAIL_TAKEN` \
        (by an account, and the provider has not verified the address), `REGISTRATION_CLOSED` (there is no account, \
        and none is made for this address), or another code with which this installation refuses registrations. \
        `ACCOUNT_EXISTS` comes with a `code`: the owner of the address, once signed in another way, links the account \
        at the provider by it.
        """

    var routes: [Route] {
        [
            Route(
                .get, "/auth/oauth/providers", "List the sign-in providers",
                description: "In the order of the settings.", tag: "Auth", guard: .public, tier: .anonymous,
                returns: .ok([ListedProvider].self)
            ) { _ in Answer(providers.listed) },
            Route(
                .get, "/auth/oauth/{provider}/authorize", "Begin a sign-in with a provider",
                description: """
                    For browsers, not for scripts: it sets a cookie and redirects to the provider. Afterwards the \
                    browser is at `redirectTo`, with a one-time `code`, or with an `error`: \(Self.errors)
                    """, tag: "Auth", guard: .public, tier: .authentication, input: Authorize.self,
                returns: .found("Redirects to the provider; if it cannot be reached, back to `redirectTo`."),
                errors: [.notFound]
            ) { input, call in try authorization.authorize(input, call) },
            Route(
                .get, Self.callbackPath, "Return from a provider",
                description: """
                    The redirect URI to register with the provider. It redirects to the `redirectTo` with which the \
                    sign-in began, or, if that is unknown, to the page `/sign-in`.
                    """, tag: "Auth", guard: .public, tier: .authentication, input: CallbackQuery.self,
                returns: .seeOther("Redirects to the app.")
            ) { input, call in try callback.get(input, call) },
            Route(
                .post, Self.callbackPath, "Return from a provider with a form",
                description: """
                    Redirects to the same path with the fields as its query, since a cross-site form sends no cookie.
                    """,
                tag: "Auth", guard: .public, tier: .authentication, input: CallbackForm.self,
                returns: .seeOther("Redirects to the same path, with GET.")
            ) { input, call in try callback.post(input, call) },
            Route(
                .post, "/auth/oauth/exchange", "Sign in with the code of a provider's sign-in",
                description: """
                    The code works once, for 60 seconds, and only with the verifier whose challenge began the sign-in. \
                    `cookie` works as in `POST /auth/login`.
                    """, tag: "Auth", guard: .public, tier: .authentication, input: ExchangeCode.self,
                returns: .ok(SignedIn.self),
                errors: [.unprocessable, .emailNotVerified, .accountSuspended, .forbidden]
                    + hooks.errors(of: UserSignedIn.self)
            ) { input, call in try exchange.exchange(input, call) },
            Route(
                .get, "/users/me/oauth-accounts", "List the accounts at providers that are linked to yours",
                tag: "Users", guard: .user, tier: .standard, returns: .ok([LinkedIdentity].self)
            ) { call in try linking.list(call) },
            Route(
                .post, "/users/me/oauth-accounts", "Link an account at a provider to yours",
                description: """
                    Takes the code of a sign-in with a provider that began with `purpose=link`, or that came back with \
                    `ACCOUNT_EXISTS`, which only the owner of its address can use. The code works once, for 10 \
                    minutes. Needs a proof of the last \(RecentProof.minutes) minutes. You get a mail.
                    """, tag: "Users", guard: .user, tier: .standard, input: LinkIdentity.self,
                returns: .createdOnce(LinkedIdentity.self),
                errors: [.unprocessable, .reauthenticationRequired, .conflict] + hooks.errors(of: IdentityLinked.self)
            ) { input, call in try linking.link(input, call) },
            Route(
                .delete, "/users/me/oauth-accounts/{provider}", "Unlink an account at a provider",
                description: """
                    Your other sessions end, since somebody else may have signed in with it. The last way to sign in \
                    cannot be unlinked. Needs a proof of the last \(RecentProof.minutes) minutes. You get a mail.
                    """, tag: "Users", guard: .user, tier: .standard, input: UnlinkIdentity.self, returns: .noContent,
                errors: [.notFound, .lastSignInMethod, .reauthenticationRequired]
            ) { input, call in try linking.unlink(input, call) },
        ]
    }
}
