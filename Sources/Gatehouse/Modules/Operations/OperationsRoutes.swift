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
    /// Asked by whatever watches over the process.
    static let probes = ["/healthz", "/readyz"]

    /// How long others may keep the key set: far less than the ten minutes a new key is published before it signs.
    private static let keySetLifetime = 300

    var rootRoutes: [Route] {
        [
            Route(
                .get, "/healthz", "Tell whether the process is alive", tag: "Operations", guard: .public,
                tier: .unlimited, returns: .ok(Health.self)
            ) { _ in Answer(Health(status: "ok")) },
            Route(
                .get, "/readyz", "Tell whether it can serve",
                description: """
                    The database takes changes and holds the migrations that this version needs. What is wrong is \
                    told to callers on this machine only. An answer holds for a second.
                    """,
                tag: "Operations", guard: .public, tier: .unlimited, returns: .ok(Health.self)
            ) { call in
                try readiness.check(for: call.client, in: call.db)
                return Answer(Health(status: "ready"))
            },
            Route(
                document: "/.well-known/jwks.json", "Read the public signing keys",
                description: """
                    A JSON Web Key Set (RFC 7517). Whoever verifies access tokens by these keys alone sees a revoked \
                    session, a suspended user or a changed role when the token expires, within 15 minutes; this API \
                    sees it at once.
                    """, tag: "Operations"
            ) { _, call in
                Response(document: try keys.publicKeySet(in: call.db), maximumAge: Self.keySetLifetime)
            },
        ]
    }
}

extension Response {
    /// A public document, which may be kept for a while and is told apart by its content.
    /// - Parameter maximumAge: in seconds.
    init(document: JSON, maximumAge: Int) {
        self.init(json: document)
        headers[.cacheControl] = "public, max-age=\(maximumAge)"
        headers[.eTag] = EntityTag(opaque: ContentDigest.text(of: body)).text
    }
}
