import Web

extension Reauthentication {
    var routes: [Route] {
        [
            Route(
                .post, "/auth/reauthenticate", "Confirm that it is you",
                description: """
                    Send `password`, or `mailCode` for an account without a password. The proof is valid for \
                    \(RecentProof.minutes) minutes in this session, like that of a sign-in. Requests that could take \
                    over the account require it. Without it, the answer is `REAUTHENTICATION_REQUIRED`, and `methods` \
                    lists the possible proofs.
                    """, tag: "Auth", guard: .user, tier: .standard, input: Reauthenticate.self, returns: .noContent,
                errors: [.invalidCredentials, .accountLocked, .reauthenticationRequired]
            ) { input, call in try service.reauthenticate(input, call) },
            Route(
                .post, "/auth/reauthenticate/mail", "Send a code by mail",
                description: """
                    For accounts without a password whose address is verified. The code has six digits and replaces an \
                    earlier one. It is valid in this session, for 10 minutes and \(ProofCode.attempts) attempts.
                    """, tag: "Auth", guard: .user, tier: .emailSending, returns: .ok(Message.self)
            ) { call in try service.requestCode(call) },
        ]
    }
}
