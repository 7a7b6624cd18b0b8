import Web

extension SignIn {
    var routes: [Route] {
        [
            Route(
                .post, "/auth/login", "Sign in",
                description: """
                    With `"cookie": true` the refresh token travels in the cookie `\(RefreshCookie.cookie.name)` \
                    instead of the body, which only pages of the same origin may ask for. An unknown address and a \
                    wrong password are answered alike, and failures count alike. The cookie \
                    `\(DeviceCookie.cookie.name)` makes a device known, so that others' failures do not count against \
                    it.
                    """, tag: "Auth", guard: .public, tier: .authentication, input: Credentials.self,
                returns: .ok(SignedIn.self),
                errors: [.invalidCredentials, .emailNotVerified, .accountSuspended, .forbidden, .accountLocked]
                    + hooks.errors(of: UserSignedIn.self)
            ) { input, call in try login.login(input, call) },
            Route(
                .post, "/auth/refresh", "Get the next tokens",
                description: """
                    Each use of a refresh token rotates it. The same token again within the grace, 30 seconds unless \
                    the installation sets another, gets the same successor, as long as that is unused; later, it is \
                    taken as stolen and the session ends (`TOKEN_REUSED`). Without a body the cookie counts, which \
                    only pages of the same origin may send. Where its session is over, the answer removes it.
                    """, tag: "Auth", guard: .public, tier: .session, input: RefreshInput.self,
                returns: .ok(Refreshed.self),
                errors: [.unauthorized, .tokenExpired, .tokenRevoked, .tokenReused, .forbidden]
            ) { input, call in try refresh.refresh(input, call) },
            Route(
                .post, "/auth/logout", "Sign out",
                description: """
                    Ends every session that the request names, or with `everywhere=true` all of its user's; their \
                    tokens stop working at once. A session is named by an access token, also by one that has expired \
                    (but not for `everywhere`), by a refresh token in the body, or by the cookie, which only pages of \
                    the same origin may send. The answer removes the cookie, also where the session was over already. \
                    With `revokeApiKeys=true`, for which as for `everywhere` an expired token does not do, the user's \
                    API keys are revoked too.
                    """, tag: "Auth", guard: .public, takesAccessToken: true, tier: .session, input: EndSessions.self,
                returns: .noContent,
                errors: [.unauthorized, .tokenExpired, .tokenRevoked, .forbidden]
                    + hooks.errors(of: APIKeyRevoked.self)
            ) { input, call in try logout.logout(input, call) },
        ]
    }
}
