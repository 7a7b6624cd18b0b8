import Cryptography
import Database
import Threads
package import Web

extension Program {
    /// Every route of the document, in the order declared, without settings or a database, and never to be called.
    /// `/metrics` is not among them: it is the operator's.
    package func declaredRoutes() throws -> [Route] {
        try Libcrypto.check()
        let keys = KeyRing(.none)
        let services = Services(
            hasher: try PasswordHasher(PasswordSettings()), passwords: PasswordPolicy(breachCheck: nil),
            masterKeys: .none, keys: keys,
            tokens: AccessTokens(keys: keys, issuer: "", audience: ""), roles: RolePermissions(modules.permissions),
            limits: Limits(settings: LimitSettings(), limiter: nil), lists: Lists(masterKeys: .none), migrations: [],
            publicURL: "",
            signIn: SignInSettings(
                requiresVerifiedEmail: true, hidesAccountExistence: false, breachCheckURL: nil),
            settings: .defaults(of: moduleSettings), hooks: modules.hooks(nil), modules: modules)
        return try Router(documented(modules.routes(services))).routes
    }

    /// The OpenAPI document of every route.
    package func declaredDocument() throws -> JSON {
        document(of: try declaredRoutes())
    }

    /// How long others may keep the document, in seconds.
    private static let documentLifetime = 300

    /// The routes with one more, which serves their document. Making it takes longer than all else at a start, so it is
    /// made for the first who reads it.
    func documented(_ routes: [Route]) -> [Route] {
        @Sendable func route(_ handle: @escaping @Sendable (Request, Call) throws -> Response) -> Route {
            Route(
                document: "\(Modules.base)/openapi.json", "Read this document", description: "OpenAPI 3.1.",
                tag: "Operations",
                handle: handle)
        }
        let answer = OnFirstUse {
            Response(
                document: document(of: routes + [route { _, _ in Response(status: .ok) }]),
                maximumAge: Self.documentLifetime)
        }
        return routes + [route { _, _ in answer.value }]
    }

    private func document(of routes: [Route]) -> JSON {
        OpenAPI(
            routes,
            info: OpenAPI.Info(
                title: title, version: version,
                description: """
                    Accounts, sign-in and access control.

                    **Authentication.** `POST /api/v1/auth/login` takes an e-mail address and a password, and answers \
                    an `accessToken`, which is good for 15 minutes, and a `refreshToken`, for which `POST \
                    /api/v1/auth/refresh` gives the next two. Programs can use an API key instead, made by `POST \
                    /api/v1/api-keys`. Send either in the header field `Authorization: Bearer …`. Here: run the login \
                    below, copy the `accessToken` of its answer without the quotes, press Authorize, and paste it.

                    **Answers** stand in an envelope: `data` and `meta`, or `error` with a `code` for programs, a \
                    `message` for people, `details` for each fault and the `requestId` that the log knows.

                    **Texts.** The length of a text is counted in code points after NFC, so that composed and \
                    decomposed spellings are equally long; names and other texts are stored in NFC.

                    **Errors outside of operations.** What is not acceptable HTTP never reaches an operation and is \
                    answered with `BAD_REQUEST`, `REQUEST_TIMEOUT`, `PAYLOAD_TOO_LARGE`, `RANGE_NOT_SATISFIABLE`, \
                    `NOT_IMPLEMENTED` or `HTTP_VERSION_NOT_SUPPORTED`; an unknown path with `NOT_FOUND`, \
                    another method of a known one with `METHOD_NOT_ALLOWED`; TRACE and CONNECT with `NOT_IMPLEMENTED`.
                    """,
                license: "Apache-2.0")
        ).document
    }
}
