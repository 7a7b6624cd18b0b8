import Cryptography
import Database
package import Logging
package import Web

/// The application of one process: the objects that its threads share.
package final class Application: Sendable {
    /// The version of Gatehouse.
    package static let version = "0.1.0"

    /// The time limit for a request, or for the next chunk of its answer.
    package static let requestBudget = Chain.budget

    private let jobs: JobRunner
    /// The threads beside those that answer requests: for jobs, and those of modules.
    private let workers: [WorkerThreads]
    private let database: DatabaseClient
    private let hasher: PasswordHasher
    private let keys: KeyRing
    private let chain: Chain
    private let metrics: Metrics

    /// Creates the application, without using the database.
    /// - Parameters:
    ///   - program: its modules, and the title of its document.
    ///   - requestLog: the log for one line about each answered request.
    /// - Throws: for a libcrypto that offers too little, routes that contradict each other, a migrations folder or a
    ///   file of limits or metrics that cannot be used, or threads or memory that the system refuses.
    package init(_ settings: Settings, _ program: Program, log: Logger, requestLog: RequestLog? = nil) throws {
        try Libcrypto.check()
        let modules = program.modules
        let jobKinds = modules.jobs.map { $0.kind }
        let metrics = try Metrics(
            path: settings.metricsFile, jobKinds: jobKinds, policies: Limits.policies,
            purposes: modules.outboundPurposes.map(\.name))
        metrics.workers.set(settings.workers)
        self.metrics = metrics
        database = DatabaseClient(settings.database) { metrics.statements.record($0, failed: $1) }
        hasher = try PasswordHasher(settings.passwords, counts: metrics.passwords)
        keys = KeyRing(settings.masterKeys)
        let limits = Limits(
            settings: settings.limits ?? LimitSettings(),
            limiter: try settings.limits.map { try RateLimiter($0, masterKeys: settings.masterKeys, log: log) },
            codes: LimitCodes(settings.masterKeys), refusals: metrics.refusals)
        let outbound = try Outbound(
            settings.outbound, masterKeys: settings.masterKeys, counts: metrics.outbound, log: log)
        let hooks = modules.hooks(settings.ofModules)
        let services = Services(
            hasher: hasher,
            passwords: PasswordPolicy(
                breachCheck: settings.breachCheckURL.map { BreachCheck(baseURL: $0, outbound: outbound, log: log) }),
            masterKeys: settings.masterKeys, keys: keys,
            tokens: AccessTokens(keys: keys, issuer: settings.publicURL, audience: settings.audience),
            roles: RolePermissions(modules.permissions), limits: limits, lists: Lists(masterKeys: settings.masterKeys),
            migrations: try Migrator.names(in: modules.migrationFolders(of: settings.migrations)),
            publicURL: settings.publicURL, version: Self.version, metrics: metrics.file, settings: settings.ofModules,
            outbound: outbound, log: log, hooks: hooks, modules: modules)
        let router = try Router(program.documented(modules.routes(services)))
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
            mailer: Mailer(settings.smtp, counts: metrics.mails), publicURL: settings.publicURL,
            masterKeys: settings.masterKeys, settings: settings.ofModules, outbound: outbound, counts: metrics.jobs,
            log: log)
        workers =
            [WorkerThreads("jobs", count: settings.jobWorkers, jobs)]
            + (try modules.workers.map { try $0.threads(services) })
        try hasher.start()
    }

    /// Reads the signing keys, and makes the first one if there is none.
    /// - Throws: a `DatabaseError` if the database does not answer, which must not prevent serving; any other error
    ///   must.
    package func prepare() throws {
        let db = database.connection()
        defer { db.close() }
        _ = try keys.snapshot(in: db)
    }

    /// Starts the threads beside those that answer requests: for jobs, and those of modules.
    package func startWorkers() throws {
        for threads in workers { try threads.start(database) }
    }

    /// Finishes jobs and other work under way, takes no more, and returns when these threads have ended.
    package func stopWorkers() {
        for threads in workers { threads.stop() }
    }

    /// Runs all due jobs, including recurring ones, until none is due; for tests.
    package func runJobs() throws {
        let db = database.connection()
        defer { db.close() }
        try jobs.runDue(in: db)
    }

    /// Makes the handler of one worker thread. It owns a connection, so it stays on that thread.
    package func makeHandler() -> (Request, RequestBody, ResponseStream) -> Response {
        let (chain, db) = (chain, database.connection())
        return { request, body, stream in chain.respond(to: request, body, stream, db) }
    }

    /// The answer to a request that the transport could not read.
    package func refuse(_ status: HTTPStatus, _ request: Request?) -> Response {
        chain.refuse(status, request)
    }

    /// Whether a request is a probe, which is answered even if the process is busy.
    package func isProbe(_ request: Request) -> Bool {
        Operations.probes.contains { request.path.hasSameBytes(as: $0) }
    }

    /// Whether a request reads the metrics, which is answered even if the process is busy.
    package func isScrape(_ request: Request) -> Bool {
        request.path.hasSameBytes(as: MetricsReading.path)
    }

    /// Records the load of the transport: the workers that hold a connection, and the requests that wait for one.
    package func note(connected: Int, waiting: Int) {
        metrics.workersConnected.set(connected)
        metrics.requestsWaiting.set(waiting)
    }

    /// Ends the hashing threads.
    package func shutdown() {
        hasher.shutdown()
    }
}
