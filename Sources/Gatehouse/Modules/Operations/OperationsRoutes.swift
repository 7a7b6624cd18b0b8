import Database
import Web

/// Whether a process is alive and able to serve.
struct Health: ResponseObject {
    let status: String

    func write(to output: inout Output) {
        output.field("status", status)
    }

    static let example = Health(status: "ok")
}

extension Operations {
    /// The probes for monitors of the process.
    static let probes = ["/healthz", "/readyz"]

    /// The time for which others may cache the key set: far less than the ten minutes for which a new key is published
    /// before it signs.
    private static let keySetLifetime = 300

    var rootRoutes: [Route] {
        [
            Route(
                .get, "/healthz", "Check whether the process is alive", tag: "Operations", guard: .public,
                tier: .unlimited, returns: .ok(Health.self)
            ) { _ in Answer(Health(status: "ok")) },
            Route(
                .get, "/readyz", "Check whether the process can serve",
                description: """
                    It can if the database accepts changes and has the migrations of this version. Only callers on \
                    this machine get details of a fault. Answers are kept for a second.
                    """,
                tag: "Operations", guard: .public, tier: .unlimited, returns: .ok(Health.self)
            ) { call in
                try readiness.check(for: call.client, in: call.db)
                return Answer(Health(status: "ready"))
            },
            Route(
                document: "/.well-known/jwks.json", "Read the public signing keys",
                description: """
                    A JSON Web Key Set (RFC 7517). A service that verifies access tokens only by these keys notices a \
                    revoked session, a suspended user or a changed role when the token expires, within 15 minutes; \
                    this API notices it at once.
                    """, tag: "Operations"
            ) { _, call in
                Response(document: try keys.publicKeySet(in: call.db), maximumAge: Self.keySetLifetime)
            },
        ]
    }
}

extension Response {
    /// A public document, which may be cached and has an entity tag made from its content.
    /// - Parameter maximumAge: in seconds.
    init(document: JSON, maximumAge: Int) {
        self.init(json: document)
        headers[.cacheControl] = "public, max-age=\(maximumAge)"
        headers[.eTag] = EntityTag(opaque: ContentDigest.text(of: body)).text
    }
}
