import Web

extension Reauthentication {
    var routes: [Route] {
        [
            Route(
                .post, "/auth/reauthenticate", "Confirm that it is you",
                description: """
                    Takes the `password`, or the `mailCode` of an account without a password. It counts for \
                    \(RecentProof.minutes) minutes and for this session, as signing in does. What would take an \
                    account over needs it: else the answer is `REAUTHENTICATION_REQUIRED`, with `methods`.
                    """, tag: "Auth", guard: .user, tier: .standard, input: Reauthenticate.self, returns: .noContent,
                errors: [.invalidCredentials, .accountLocked, .reauthenticationRequired]
            ) { input, call in try service.reauthenticate(input, call) },
            Route(
                .post, "/auth/reauthenticate/mail", "Send a code by mail",
                description: """
                    For an account without a password, whose address is verified. The code has six digits, is good for \
                    this session, for 10 minutes and \(ProofCode.attempts) attempts, and replaces an earlier one.
                    """, tag: "Auth", guard: .user, tier: .emailSending, returns: .ok(Message.self)
            ) { call in try service.requestCode(call) },
        ]
    }
}
