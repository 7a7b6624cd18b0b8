import Web

extension SignIn {
    var routes: [Route] {
        [
            Route(
                .post, "/auth/login", "Sign in",
                description: """
                    With `"cookie": true` the refresh token is in the cookie `\(RefreshCookie.cookie.name)` instead of \
                    the body; only pages of the same origin may request this. An unknown address and a wrong password \
                    get the same answer, and failures count alike. The cookie `\(DeviceCookie.cookie.name)` identifies \
                    the device, so failures from elsewhere do not count against it.
                    """, tag: "Auth", guard: .public, tier: .authentication, input: Credentials.self,
                returns: .ok(SignedIn.self),
                errors: [.invalidCredentials, .emailNotVerified, .accountSuspended, .forbidden, .accountLocked]
                    + hooks.errors(of: UserSignedIn.self)
            ) { input, call in try login.login(input, call) },
            Route(
                .post, "/auth/refresh", "Get the next tokens",
                description: """
                    Each use of a refresh token rotates it. If the same token is sent again within the grace period, \
                    30 seconds by default, it gets the same successor, as long as that is unused. If it is sent later, \
                    it counts as stolen and the session ends (`TOKEN_REUSED`). Without a body the cookie is used, \
                    which only pages of the same origin may send. If its session has ended, the answer removes the \
                    cookie.
                    """, tag: "Auth", guard: .public, tier: .session, input: RefreshInput.self,
                returns: .ok(Refreshed.self),
                errors: [.unauthorized, .tokenExpired, .tokenRevoked, .tokenReused, .forbidden]
            ) { input, call in try refresh.refresh(input, call) },
            Route(
                .post, "/auth/logout", "Sign out",
                description: """
                    Ends every session that the request identifies, or with `everywhere=true` all sessions of the \
                    user; their tokens stop working at once. An access token identifies its session, even if it has \
                    expired; so do a refresh token in the body and the cookie, which only pages of the same origin may \
                    send. The answer removes the cookie, even if the session had ended already. `revokeApiKeys=true` \
                    also revokes the user's API keys. An expired access token is not enough for `everywhere` and \
                    `revokeApiKeys`.
                    """, tag: "Auth", guard: .public, takesAccessToken: true, tier: .session, input: EndSessions.self,
                returns: .noContent,
                errors: [.unauthorized, .tokenExpired, .tokenRevoked, .forbidden]
                    + hooks.errors(of: APIKeyRevoked.self)
            ) { input, call in try logout.logout(input, call) },
        ]
    }
}
