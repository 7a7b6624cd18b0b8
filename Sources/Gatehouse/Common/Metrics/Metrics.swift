/// The counters of a process, and the reader of those of all processes of its machine.
struct Metrics: Sendable {
    let file: MetricsFile
    let statements: StatementCounts
    let passwords: PasswordCounts
    let jobs: JobCounts
    let mails: MailCounts
    let refusals: RefusalCounts
    let outbound: OutboundCounts
    let workers: Gauge
    let workersBusy: Gauge
    let workersConnected: Gauge
    let requestsWaiting: Gauge

    /// - Parameters:
    ///   - path: `nil` to count for this process alone.
    ///   - jobKinds: the known job kinds.
    ///   - policies: the names of the limits.
    ///   - purposes: the purposes of outgoing requests.
    init(path: String?, jobKinds: [String], policies: [String], purposes: [String]) throws(SharedFile.Failure) {
        file = try MetricsFile(path: path)
        statements = try StatementCounts(in: file)
        passwords = try PasswordCounts(in: file)
        jobs = try JobCounts(jobKinds, in: file)
        mails = try MailCounts(in: file)
        refusals = try RefusalCounts(policies, in: file)
        outbound = try OutboundCounts(purposes, in: file)
        workers = Gauge(.workers, in: file)
        workersBusy = Gauge(.workersBusy, in: file)
        workersConnected = Gauge(.workersConnected, in: file)
        requestsWaiting = Gauge(.requestsWaiting, in: file)
    }
}
