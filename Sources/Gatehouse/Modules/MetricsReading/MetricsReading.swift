import Database
import Web

/// The page `/metrics`. The document does not list it: it is for the operator's Prometheus, and nginx admits nobody
/// else.
struct MetricsReading: Module {
    static let path = "/metrics"

    /// The minimum time between two queries of the database's state, in each process.
    private static let lifetime = Duration.seconds(5)
    /// The time limit for the database.
    private static let patience = Duration.seconds(2)
    /// The time for which another scrape waits for the result of this one: until this one has given up, even if it had
    /// to connect.
    private static let patienceOfOthers = Duration.seconds(5)

    let file: MetricsFile
    let jobKinds: [String]
    let ofModules: [ModuleMetrics]
    /// The version of the program.
    let version: String
    private let backlog = SharedAnswer<MetricsPage.Backlog>(lifetime: Self.lifetime, patience: Self.patienceOfOthers)

    init(_ services: Services) {
        file = services.metrics
        jobKinds = services.modules.jobs.map { $0.kind }
        ofModules = services.modules.metrics
        version = services.version
    }

    var rootRoutes: [Route] {
        [
            Route(document: Self.path, "Read the metrics", tag: "Operations", isListed: false) { _, call in
                let page = MetricsPage(
                    file: file, jobKinds: jobKinds, ofModules: ofModules,
                    backlog: try? backlog.value { try Self.ask(call.db) })
                return Response(
                    status: .ok, headers: [.contentType: Exposition.contentType], body: page.text(version: version))
            }
        ]
    }

    private static func ask(_ db: Connection) throws(DatabaseError) -> MetricsPage.Backlog {
        let limit = ContinuousClock.now + patience
        db.deadline = min(db.deadline ?? limit, limit)
        return MetricsPage.Backlog(due: try JobBacklog.due(in: db), dead: try JobBacklog.dead(in: db))
    }
}
