import Web

extension Auth {
    var routes: [Route] {
        [
            Route(
                .post, "/auth/register", "Register an account",
                description: """
                    Sends a mail with a link that verifies the address. Does not sign in. The cookie \
                    `\(RegistrationCookie.cookie.name)` makes this browser known, so that the link needs no password \
                    in it. An account that nobody has verified within a day and nobody has signed in to gives way. An \
                    installation can be set to answer a taken address as if it were free, and to tell its owner by \
                    mail.
                    """, tag: "Auth", guard: .public, tier: .authentication, input: Register.self,
                returns: .created(Registered.self),
                errors: [.emailTaken]
                    + hooks.errors(of: RegistrationRequested.self, AccountWillBeCreated.self, AccountCreated.self)
            ) { input, call in try registration.register(input, call) },
            Route(
                .post, "/auth/verify-email", "Verify an e-mail address",
                description: """
                    Takes the token of the link, which works once and for 24 hours. Outside the browser that \
                    registered, it takes the `password` too, or a `newPassword`: the link shows who reads the mail, \
                    not who registered. A new password ends every session, API key and open invitation that the \
                    account has made so far. `PASSWORD_REQUIRED` does not use the link up, and tells of a registration \
                    by when, under which name and from which device it was made.
                    """, tag: "Auth", guard: .public, tier: .authentication, input: VerifyEmail.self,
                returns: .ok(Verified.self),
                errors: [.unprocessable, .passwordRequired, .invalidCredentials, .accountLocked]
                    + hooks.errors(of: EmailVerified.self, PasswordChanged.self, APIKeyRevoked.self)
            ) { input, call in try verification.verify(input, call) },
            Route(
                .post, "/auth/verify-email/reject", "Say that somebody else registered this address",
                description: """
                    Takes the token of a verification link. The account's sessions, API keys and links end at once, \
                    its address is free, and it is erased after 30 days. An account that an administrator or a command \
                    made, or gave a role, only loses its password, and stays.
                    """, tag: "Auth", guard: .public, tier: .authentication, input: RejectRegistration.self,
                returns: .noContent,
                errors: [.unprocessable]
                    + hooks.errors(of: PasswordChanged.self, AccountDeleted.self, APIKeyRevoked.self)
            ) { input, call in try verification.reject(input, call) },
            Route(
                .post, "/auth/verify-email/resend", "Send the verification mail again",
                description: "Answers the same whether or not the address has an account.", tag: "Auth",
                guard: .public, tier: .emailSending, input: ResendVerification.self, returns: .ok(Message.self)
            ) { input, call in try verification.resend(input, call) },
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
            Route(
                .post, "/auth/password-reset/request", "Ask for a link that sets a new password",
                description: "Answers the same whether or not the address has an account.", tag: "Auth",
                guard: .public, tier: .emailSending, input: RequestPasswordReset.self, returns: .ok(Message.self)
            ) { input, call in try passwordReset.request(input, call) },
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
            ) { input, call in try passwordReset.confirm(input, call) },
            Route(
                .post, "/auth/password-check", "Tell whether a password would be accepted",
                description: """
                    For hints while a person types; sets nothing. With the `token` of a reset or verification link, \
                    address and name are those of its account.
                    """, tag: "Auth", guard: .public, tier: .anonymous, maximumBodyBytes: 24 << 10,
                input: PasswordCandidate.self, returns: .ok(PasswordAssessment.self), errors: [.unprocessable]
            ) { input, call in try passwordCheck.check(input, call) },
        ]
    }
}
