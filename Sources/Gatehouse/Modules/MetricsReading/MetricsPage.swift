import Glibc

/// All metrics in the format of Prometheus. Labels only have values of the program's own, such as patterns of routes
/// and kinds of jobs, never a caller's data.
struct MetricsPage {
    /// The values from the database, which are the same on every machine.
    struct Backlog: Sendable {
        let due: [JobBacklog]
        let dead: [JobBacklog]
    }

    private let report: MetricsReport
    private let jobKinds: [String]
    private let ofModules: [ModuleMetrics]
    /// `nil` if the database did not answer.
    private let backlog: Backlog?

    init(file: MetricsFile, jobKinds: [String], ofModules: [ModuleMetrics], backlog: Backlog?) {
        report = MetricsReport(file)
        self.jobKinds = jobKinds
        self.ofModules = ofModules
        self.backlog = backlog
    }

    func text(version: String) -> [UInt8] {
        var page = Exposition()
        page.metric("build_info", .gauge, "The version of the process that answers.")
        page.sample("build_info", [("version", version)], 1)
        writeProcesses(to: &page)
        writeRequests(to: &page)
        writeDatabase(to: &page)
        writePasswords(to: &page)
        writeJobs(to: &page)
        for metrics in ofModules { metrics.write(report, &page) }
        writeOthers(to: &page)
        return page.text
    }
}

// MARK: - Processes

extension MetricsPage {
    private func writeProcesses(to page: inout Exposition) {
        let processes = report.processes
        page.metric("processes", .gauge, "Processes of the program on this machine.", UInt64(processes.count))
        page.metric("process_start_time_seconds", .gauge, "Start time of each process, in seconds since 1970.")
        for process in processes {
            page.sample(
                "process_start_time_seconds", [("process", String(process.slot))], seconds: Double(process.start) / 1e6)
        }
        page.metric("process_resident_memory_bytes", .gauge, "Resident memory of each process.")
        for process in processes {
            guard let bytes = Self.residentBytes(of: process.id) else { continue }
            page.sample("process_resident_memory_bytes", [("process", String(process.slot))], bytes)
        }
        write(.workers, "workers", "Worker threads of all processes.", to: &page)
        write(.workersBusy, "workers_busy", "Workers that are answering a request.", to: &page)
        write(
            .workersConnected, "workers_connected",
            "Workers that hold a connection from the web server, including idle ones.",
            to: &page)
        write(.requestsWaiting, "requests_waiting", "Requests waiting for a worker.", to: &page)
    }

    private func write(_ gauge: Gauge.Name, _ name: String, _ help: String, to page: inout Exposition) {
        page.metric(name, .gauge, help, report.sum(gauge))
    }

    /// The second number of `statm`, in pages (proc(5)).
    private static func residentBytes(of id: Int32) -> UInt64? {
        guard let file = fopen("/proc/\(id)/statm", "r") else { return nil }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 128)
        guard fgets(&line, Int32(line.count), file) != nil else { return nil }
        let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let pages = text.split(separator: " ").dropFirst().first.flatMap { UInt64($0) }
        return pages.map { $0 * UInt64(sysconf(Int32(_SC_PAGESIZE))) }
    }
}

// MARK: - Requests

extension MetricsPage {
    /// Every route is present from the start, with its durations and, for its own method, its failures at 0, so the
    /// first failure is visible as an increase; HEAD and requests without a route appear once there has been one.
    private func writeRequests(to page: inout Exposition) {
        let routes = report.blocks(RequestCounts.family, count: RequestCounts.wordCount).filter { route in
            route.name.count == 3 && (isDeclared(route) || route.values.contains { $0 != 0 })
        }
        let statuses = RequestCounts.statuses.map(String.init) + [RequestCounts.other]
        page.metric("http_requests_total", .counter, "Answered requests.")
        for route in routes {
            for (status, count) in zip(statuses, route.values) {
                guard count != 0 || isDeclared(route) && Self.shownStatuses.contains(status) else { continue }
                page.sample("http_requests_total", Self.labels(route) + [("status", status)], count)
            }
        }
        page.metric(
            "http_request_duration_seconds", .histogram,
            "Time from reading a request to its answer, including the wait for a worker.")
        for route in routes {
            page.histogram(
                "http_request_duration_seconds", Self.labels(route), route.values[RequestCounts.statusWords...])
        }
    }

    private static let shownStatuses: Set = ["500", "503"]

    private func isDeclared(_ route: MetricsFile.Block) -> Bool {
        route.name[1] != "HEAD" && route.name[2] != RequestCounts.unmatched
    }

    private static func labels(_ route: MetricsFile.Block) -> Exposition.Labels {
        [("method", String(route.name[1])), ("route", String(route.name[2]))]
    }
}

// MARK: - Database, passwords, jobs

extension MetricsPage {
    private func writeDatabase(to page: inout Exposition) {
        page.metric(
            "database_up", .gauge, "Whether the database answered when this page last asked it.",
            backlog == nil ? 0 : 1)
        let statements = report.values(StatementCounts.family, count: StatementCounts.wordCount)
        page.metric(
            "database_statement_duration_seconds", .histogram,
            "Time of statements, including reading their rows, and of COMMIT and the like.")
        page.histogram("database_statement_duration_seconds", [], statements.prefix(Histogram.wordCount))
        page.metric(
            "database_statement_failures_total", .counter, "Failed statements, including lost connections.",
            statements.last ?? 0)
    }

    private func writePasswords(to page: inout Exposition) {
        write(.hashSlots, "password_hash_slots", "Maximum number of passwords being hashed or waiting.", to: &page)
        write(.hashSlotsTaken, "password_hash_slots_taken", "Passwords being hashed or waiting.", to: &page)
        let passwords = report.values(PasswordCounts.family, count: PasswordCounts.wordCount)
        page.metric(
            "password_hash_duration_seconds", .histogram, "Time of hashing a password, including the wait.")
        page.histogram("password_hash_duration_seconds", [], passwords.prefix(Histogram.wordCount))
        page.metric(
            "password_hash_refusals_total", .counter,
            "Requests refused because every slot was taken.", passwords.last ?? 0)
    }

    private func writeJobs(to page: inout Exposition) {
        write(.jobWorkers, "job_workers", "Threads that run jobs.", to: &page)
        write(.jobWorkersBusy, "job_workers_busy", "Threads that are running a job.", to: &page)
        page.outcomes(
            JobCounts.Outcome.self, of: report.attempts(JobCounts.Outcome.self, of: JobCounts.family, by: "kind"),
            total: ("jobs_total", "Finished attempts at jobs."),
            duration: ("job_duration_seconds", "Time of attempts at jobs."))
        guard let backlog else { return }
        let bound = "among the \(JobBacklog.bound) oldest"
        page.metric("jobs_due", .gauge, "Due jobs that no runner has taken, \(bound).")
        writeCounts("jobs_due", backlog.due, to: &page)
        page.metric("jobs_lag_seconds", .gauge, "Time for which the first of them has been due.")
        for (kind, entry) in byKind(backlog.due) {
            page.sample(
                "jobs_lag_seconds", [("kind", kind)], seconds: Double(entry.map(\.lag).max() ?? 0) / 1e6)
        }
        page.metric("jobs_dead", .gauge, "Dead jobs, \(bound).")
        writeCounts("jobs_dead", backlog.dead, to: &page)
    }

    private func writeCounts(_ name: String, _ entries: [JobBacklog], to page: inout Exposition) {
        for (kind, entries) in byKind(entries) {
            page.sample(name, [("kind", kind)], UInt64(entries.reduce(0) { $0 + max(0, $1.count) }))
        }
    }

    /// The entries of each kind; those of unknown kinds together.
    private func byKind(_ entries: [JobBacklog]) -> [(kind: String, entries: [JobBacklog])] {
        let known = jobKinds.map { kind in (kind, entries.filter { $0.kind == kind }) }
        return known + [(JobCounts.other, entries.filter { !jobKinds.contains($0.kind) })]
    }
}

// MARK: - Limits, mails, outgoing requests

extension MetricsPage {
    private func writeOthers(to page: inout Exposition) {
        page.metric("rate_limit_refusals_total", .counter, "Requests refused by a limit of the program.")
        for limit in report.blocks(RefusalCounts.family, count: 1) where limit.name.count == 2 {
            page.sample("rate_limit_refusals_total", [("policy", String(limit.name[1]))], limit.values[0])
        }
        page.metric("mails_total", .counter, "Attempts to hand a mail to the mail server.")
        let mails = report.values(MailCounts.family, count: MailCounts.Outcome.allCases.count)
        for (outcome, count) in zip(MailCounts.Outcome.allCases, mails) {
            page.sample("mails_total", [("outcome", outcome.rawValue)], count)
        }
        page.outcomes(
            OutboundCounts.Outcome.self,
            of: report.attempts(OutboundCounts.Outcome.self, of: OutboundCounts.family, by: "purpose"),
            total: ("outbound_requests_total", "Outgoing HTTP requests."),
            duration: ("outbound_request_duration_seconds", "Time of outgoing HTTP requests."))
    }
}
