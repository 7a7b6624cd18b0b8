import Web

extension Links {
    var routes: [Route] {
        [
            Route(
                .post, "/auth/links/check", "Check whether a mailed link is still valid",
                description: """
                    Takes the token of any mailed link, and does not consume it. A token that was used, has expired, \
                    or never existed gets 422 `UNPROCESSABLE`, as it would where it is used.
                    """, tag: "Auth", guard: .public, tier: .authentication, input: CheckLink.self,
                returns: .ok(UsableLink.self), errors: [.unprocessable]
            ) { input, call in try linkCheck.check(input, call) }
        ]
    }
}
