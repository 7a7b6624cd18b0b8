import Cryptography
import Database
import Logging
import Threads
package import Web

extension Program {
    /// Every route of the document, in the order declared. They are made without settings or a database and must not be
    /// called.
    package func declaredRoutes() throws -> [Route] {
        try Libcrypto.check()
        let masterKeys = MasterKeys.throwaway()
        let keys = KeyRing(masterKeys)
        let settings = DeclaredSettings.defaults(of: moduleSettings)
        let log = Logger(label: "") { _ in SwiftLogNoOpLogHandler() }
        let services = Services(
            hasher: try PasswordHasher(PasswordSettings()), passwords: PasswordPolicy(breachCheck: nil),
            masterKeys: masterKeys, keys: keys,
            tokens: AccessTokens(keys: keys, issuer: "", audience: ""), roles: RolePermissions(modules.permissions),
            limits: Limits(settings: LimitSettings(), limiter: nil, codes: LimitCodes(masterKeys)),
            lists: Lists(masterKeys: masterKeys), migrations: [], publicURL: "", version: Application.version,
            metrics: try MetricsFile(path: nil), settings: settings,
            outbound: try Outbound(OutboundSettings(), masterKeys: masterKeys, log: log), log: log,
            hooks: modules.hooks(settings), modules: modules)
        return try Router(documented(modules.routes(services))).routes.filter(\.isListed)
    }

    /// The OpenAPI document of every route.
    package func declaredDocument() throws -> JSON {
        document(of: try declaredRoutes())
    }

    /// The time for which others may cache the document, in seconds.
    private static let documentLifetime = 300

    /// The routes with one more, which serves their document. Making the document takes longer than anything else at a
    /// start, so it is made when it is first read.
    func documented(_ routes: [Route]) -> [Route] {
        @Sendable func route(_ handle: @escaping @Sendable (Request, Call) throws -> Response) -> Route {
            Route(
                document: "\(Route.base)/openapi.json", "Read this document", description: "OpenAPI 3.1.",
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
            routes, webhooks: modules.publishedEvents.map { Self.webhook($0) } + [Self.ping],
            info: OpenAPI.Info(
                title: title, version: version,
                description: """
                    Accounts, sign-in and access control.

                    **Authentication.** `POST /api/v1/auth/login` takes an e-mail address and a password. It answers \
                    with an `accessToken`, which is valid for 15 minutes, and a `refreshToken`, which `POST \
                    /api/v1/auth/refresh` exchanges for the next two tokens. Programs can use an API key instead, made \
                    with `POST /api/v1/api-keys`. Send either in the header field `Authorization: Bearer …`. To try \
                    it here, run the login below, copy the `accessToken` from the answer without the quotes, press \
                    Authorize, and paste it.

                    **Answers** have an envelope: `data` and `meta`, or `error` with a `code` for programs, a \
                    `message` for people, `details` for each fault, and the `requestId` by which the log identifies \
                    the request.

                    **Texts.** The length of a text is the number of its code points in NFC, so composed and \
                    decomposed spellings are equally long. Names and other texts are stored in NFC.

                    **Errors outside of operations.** Requests that are not acceptable HTTP never reach an operation. \
                    They get `BAD_REQUEST`, `REQUEST_TIMEOUT`, `PAYLOAD_TOO_LARGE`, `RANGE_NOT_SATISFIABLE`, \
                    `NOT_IMPLEMENTED` or `HTTP_VERSION_NOT_SUPPORTED`. An unknown path gets `NOT_FOUND`, another \
                    method of a known path `METHOD_NOT_ALLOWED`, and TRACE and CONNECT `NOT_IMPLEMENTED`.
                    """,
                license: "Apache-2.0")
        ).document
    }

    /// The message of a trial, which webhooks cannot choose.
    private static let ping = OpenAPI.Webhook(
        Outbox.ping, "Somebody tries the webhook. It comes once, whatever events the webhook wants."
    ) { output in
        EventMessage<JSON>(id: .example, type: Outbox.ping, sequence: 4711, occurredAt: .example, data: [:])
            .write(to: &output)
    }

    private static func webhook<Event: PublishedEvent>(_ event: Event.Type) -> OpenAPI.Webhook {
        OpenAPI.Webhook(Event.word, Event.summary) { Event.exampleMessage.write(to: &$0) }
    }
}
