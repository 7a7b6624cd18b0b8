import Database
import Web

/// The route `/metrics`. It is not part of the document: it is for the operator's Prometheus, and nginx admits nobody
/// else.
struct MetricsRoute: Sendable {
    let metrics: Metrics
    let jobKinds: [String]
    /// The version of the program.
    let version: String

    static let pattern = "/metrics"

    /// The minimum time between two queries of the database's state, in each process.
    private static let lifetime = Duration.seconds(5)
    /// The time limit for the database.
    private static let patience = Duration.seconds(2)
    /// The time for which another scrape waits for the result of this one: until this one has given up, even if it had
    /// to connect.
    private static let patienceOfOthers = Duration.seconds(5)

    private let backlog = SharedAnswer<MetricsPage.Backlog>(lifetime: Self.lifetime, patience: Self.patienceOfOthers)

    init(metrics: Metrics, jobKinds: [String], version: String) {
        self.metrics = metrics
        self.jobKinds = jobKinds
        self.version = version
    }

    var route: Route {
        Route(document: Self.pattern, "Read the metrics", tag: "Operations") { _, call in
            let page = MetricsPage(
                file: metrics.file, jobKinds: jobKinds, backlog: try? backlog.value { try Self.ask(call.db) })
            return Response(
                status: .ok, headers: [.contentType: Exposition.contentType],
                body: page.text(version: version))
        }
    }

    private static func ask(_ db: Connection) throws(DatabaseError) -> MetricsPage.Backlog {
        let limit = ContinuousClock.now + patience
        db.deadline = min(db.deadline ?? limit, limit)
        return MetricsPage.Backlog(due: try JobBacklog.due(in: db), dead: try JobBacklog.dead(in: db))
    }
}
