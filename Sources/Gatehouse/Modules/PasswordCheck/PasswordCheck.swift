import Web

/// Assesses a password while a person types. It changes and consumes nothing.
struct PasswordCheck: Module {
    static let outboundPurposes: [OutboundPurpose] = [.breaches]

    let service: PasswordCheckService

    init(_ services: Services) {
        service = PasswordCheckService(passwords: services.passwords)
    }

    var routes: [Route] {
        [
            Route(
                .post, "/auth/password-check", "Tell whether a password would be accepted",
                description: """
                    For hints while a person types; changes nothing. With the `token` of a reset or verification link, \
                    the check uses address and name of its account.
                    """, tag: "Auth", guard: .public, tier: .anonymous, maximumBodyBytes: 24 << 10,
                input: PasswordCandidate.self, returns: .ok(PasswordAssessment.self), errors: [.unprocessable]
            ) { input, call in try service.check(input, call) }
        ]
    }
}
