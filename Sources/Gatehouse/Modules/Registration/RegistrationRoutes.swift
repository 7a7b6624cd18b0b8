import Web

extension Registration {
    var routes: [Route] {
        [
            Route(
                .post, "/auth/register", "Register an account",
                description: """
                    Sends a mail with a link that verifies the address. Does not sign in. The cookie \
                    `\(RegistrationCookie.cookie.name)` identifies this browser, so the link needs no password there. \
                    An account that nobody has verified or signed in to can be replaced by another registration of its \
                    address after a day. An installation can be set to answer a taken address as if it were free, and \
                    to tell its owner by mail. One that only accepts invited people, or nobody, refuses others with \
                    `REGISTRATION_CLOSED`.
                    """, tag: "Auth", guard: .public, tier: .authentication, input: Register.self,
                returns: .created(Registered.self),
                errors: [.emailTaken]
                    + hooks.errors(of: RegistrationRequested.self, AccountWillBeCreated.self, AccountCreated.self)
            ) { input, call in try service.register(input, call) },
            Route(
                .post, "/auth/verify-email", "Verify an e-mail address",
                description: """
                    Takes the token of the link, which works once and for 24 hours. Outside the browser that \
                    registered, the `password` or a `newPassword` is needed too: the link proves who reads the mail, \
                    not who registered. A new password ends every session, API key and open invitation that the \
                    account has made so far. `PASSWORD_REQUIRED` does not consume the link. For a registered account, \
                    it tells the time, name and device of the registration.
                    """, tag: "Auth", guard: .public, tier: .authentication, input: VerifyEmail.self,
                returns: .ok(Verified.self),
                errors: [.unprocessable, .passwordRequired, .invalidCredentials, .accountLocked]
                    + hooks.errors(
                        of: EmailVerified.self, PasswordChanged.self, ProfileChanged.self, APIKeyRevoked.self)
            ) { input, call in try verification.verify(input, call) },
            Route(
                .post, "/auth/verify-email/reject", "Say that somebody else registered this address",
                description: """
                    Takes the token of a verification link. The account's sessions, API keys and links end at once, \
                    its address becomes free, and the account is erased after 30 days. An account that an \
                    administrator or a command made, or gave a role, only loses its password and stays.
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
        ]
    }
}
