import Web

extension Links {
    var routes: [Route] {
        [
            Route(
                .post, "/auth/links/check", "Tell whether a mailed link may still be used",
                description: """
                    Takes the token of any link that was mailed, and uses nothing up. One that was used, has expired, \
                    or never was one is answered 422 `UNPROCESSABLE`, as where it is used.
                    """, tag: "Auth", guard: .public, tier: .authentication, input: CheckLink.self,
                returns: .ok(UsableLink.self), errors: [.unprocessable]
            ) { input, call in try linkCheck.check(input, call) }
        ]
    }
}
