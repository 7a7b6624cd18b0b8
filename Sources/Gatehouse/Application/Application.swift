import Crypto
import Database
public import Logging
import Threads
public import Web

/// The whole server side of one process: what its threads share.
public final class Application: Sendable {
    /// The version of this program, also the version of the document.
    public static let version = "0.1.0"

    /// How long a request may take, or the next chunk of its answer.
    public static let requestBudget = Chain.budget

    /// Background jobs.
    public let jobs: JobRunner
    private let database: Database
    private let hasher: PasswordHasher
    private let keys: KeyRing
    private let chain: Chain
    private let metrics: Metrics

    /// Puts the application together. Nothing is asked of the database yet.
    /// - Parameter requestLog: gets a line for each request that is answered.
    /// - Throws: for a libcrypto that offers too little, routes that contradict each other, a migrations folder or a
    ///   file of limits or metrics that cannot be used, or threads or memory that the system refuses.
    public init(_ settings: Settings, log: Logger, requestLog: RequestLog? = nil) throws {
        try Libcrypto.check()
        let modules = Modules.standard
        let jobKinds = modules.jobs.map { $0.kind }
        let metrics = try Metrics(path: settings.metricsFile, jobKinds: jobKinds, policies: Limits.policies)
        metrics.workers.set(settings.workers)
        self.metrics = metrics
        database = Database(settings.database) { metrics.statements.record($0, failed: $1) }
        hasher = try PasswordHasher(settings.passwords, counts: metrics.passwords)
        keys = KeyRing(settings.masterKeys)
        let limits = Limits(
            settings: settings.limits ?? LimitSettings(),
            limiter: try settings.limits.map { try RateLimiter($0, masterKeys: settings.masterKeys, log: log) },
            refusals: metrics.refusals)
        let hooks = modules.hooks(settings)
        let services = Services(
            hasher: hasher,
            passwords: PasswordPolicy(
                breachCheck: settings.signIn.breachCheckURL.map { BreachCheck(baseURL: $0, log: log) }),
            masterKeys: settings.masterKeys, keys: keys,
            tokens: AccessTokens(keys: keys, issuer: settings.publicURL, audience: settings.audience),
            roles: RolePermissions(modules.permissions), limits: limits, lists: Lists(masterKeys: settings.masterKeys),
            migrations: try Migrator.names(in: settings.migrations),
            publicURL: settings.publicURL, signIn: settings.signIn, hooks: hooks, modules: modules)
        let page = MetricsRoute(metrics: metrics, jobKinds: jobKinds, version: Self.version)
        let router = try Router(Self.documented(modules.routes(services)) + [page.route])
        chain = Chain(
            router: router,
            authenticator: Authenticator(tokens: services.tokens, keys: keys, roles: services.roles),
            apiKeys: APIKeyAuthenticator(roles: services.roles, permissions: modules.permissions),
            idempotency: Idempotency(masterKeys: settings.masterKeys), limits: limits,
            crossOrigin: CrossOrigin(origins: Set(settings.crossOrigins)),
            requests: try RequestCounts(
                router.routes.map { RequestCounts.Route(method: $0.method, pattern: $0.pattern) }, in: metrics.file),
            busy: metrics.workersBusy, log: log, requestLog: requestLog)
        jobs = JobRunner(
            jobs: modules.jobs, recurring: modules.recurringJobs, erasure: modules, hooks: hooks,
            database: database, mailer: Mailer(settings.smtp, counts: metrics.mails), publicURL: settings.publicURL,
            counts: metrics.jobs,
            log: log)
    }

    /// Reads the signing keys, making the first one where there is none.
    /// - Throws: a `DatabaseError` where the database does not answer, which is no reason not to serve; anything else
    ///   is.
    public func prepare() throws {
        let db = database.connection()
        defer { db.close() }
        _ = try keys.snapshot(in: db)
    }

    /// What one worker thread answers requests with. It owns a connection, so it stays on that thread.
    public func makeHandler() -> (Request, RequestBody, ResponseStream) -> Response {
        let (chain, db) = (chain, database.connection())
        return { request, body, stream in chain.respond(to: request, body, stream, db) }
    }

    /// The answer to a request that the transport could not read.
    public func refuse(_ status: HTTPStatus, _ request: Request?) -> Response {
        chain.refuse(status, request)
    }

    /// Whether a request is a probe, which is answered however busy the process is.
    public func isProbe(_ request: Request) -> Bool {
        Operations.probes.contains { request.path.hasSameBytes(as: $0) }
    }

    /// Whether a request reads the metrics, which is answered however busy the process is.
    public func isScrape(_ request: Request) -> Bool {
        request.path.hasSameBytes(as: MetricsRoute.pattern)
    }

    /// Notes how busy the transport is: how many workers hold a connection, and how many requests wait for one.
    public func note(connected: Int, waiting: Int) {
        metrics.workersConnected.set(connected)
        metrics.requestsWaiting.set(waiting)
    }

    /// Ends the hashing threads.
    public func shutdown() {
        hasher.shutdown()
    }
}

extension Application {
    /// Every route of the document, in the order declared, without settings or a database, and never to be called.
    /// `/metrics` is not among them: it is the operator's.
    public static func declaredRoutes() throws -> [Web.Route<Call>] {
        try Libcrypto.check()
        let hasher = try PasswordHasher(PasswordSettings())
        defer { hasher.shutdown() }
        let keys = KeyRing(.none)
        let modules = Modules.standard
        let services = Services(
            hasher: hasher, passwords: PasswordPolicy(breachCheck: nil), masterKeys: .none, keys: keys,
            tokens: AccessTokens(keys: keys, issuer: "", audience: ""), roles: RolePermissions(modules.permissions),
            limits: Limits(settings: LimitSettings(), limiter: nil), lists: Lists(masterKeys: .none), migrations: [],
            publicURL: "",
            signIn: SignInSettings(
                requiresVerifiedEmail: true, hidesAccountExistence: false, breachCheckURL: nil, refreshGrace: 0),
            hooks: modules.hooks(nil), modules: modules)
        return try Router(documented(modules.routes(services))).routes
    }

    /// The OpenAPI document of every route.
    public static func declaredDocument() throws -> JSON {
        document(of: try declaredRoutes())
    }

    /// How long others may keep the document, in seconds.
    private static let documentLifetime = 300

    /// The routes with one more, which serves their document. Making it takes longer than all else at a start, so it is
    /// made for the first who reads it.
    private static func documented(_ routes: [Route]) -> [Route] {
        @Sendable func route(_ handle: @escaping @Sendable (Request, Call) throws -> Response) -> Route {
            Route(
                document: "\(Modules.base)/openapi.json", "Read this document", description: "OpenAPI 3.1.",
                tag: "Operations",
                handle: handle)
        }
        let answer = OnFirstUse {
            Response(
                document: document(of: routes + [route { _, _ in Response(status: .ok) }]),
                maximumAge: documentLifetime)
        }
        return routes + [route { _, _ in answer.value }]
    }

    private static func document(of routes: [Route]) -> JSON {
        OpenAPI(
            routes,
            info: OpenAPI.Info(
                title: "Gatehouse", version: version,
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
