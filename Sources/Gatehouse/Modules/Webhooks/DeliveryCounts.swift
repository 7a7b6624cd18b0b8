/// Attempts to deliver webhooks, by outcome.
struct DeliveryCounts: Sendable {
    /// How an attempt ended.
    enum Outcome: String, AttemptOutcome {
        case delivered
        /// It is tried again.
        case failed
        /// It is not tried again.
        case dead
    }

    let workers: Gauge
    let busy: Gauge
    let attempts: OutcomeCounts<Outcome>

    private static let family = "webhooks"

    init(in file: MetricsFile) throws(SharedFile.Failure) {
        workers = Gauge(.webhookWorkers, in: file)
        busy = Gauge(.webhookWorkersBusy, in: file)
        attempts = try OutcomeCounts([Self.family], in: file)
    }

    /// Writes them.
    static let metrics = ModuleMetrics { report, page in
        page.metric("webhook_workers", .gauge, "Threads that deliver webhooks.", report.sum(.webhookWorkers))
        page.metric(
            "webhook_workers_busy", .gauge, "Threads that are sending a delivery.", report.sum(.webhookWorkersBusy))
        page.outcomes(
            Outcome.self, of: [([], report.values(family, count: OutcomeCounts<Outcome>.wordCount))],
            total: ("webhook_deliveries_total", "Finished attempts to deliver an event to a webhook."),
            duration: ("webhook_delivery_duration_seconds", "Time of attempts to deliver an event."))
    }
}

extension Gauge.Name {
    static let webhookWorkers = Self(rawValue: 8)
    static let webhookWorkersBusy = Self(rawValue: 9)
}
