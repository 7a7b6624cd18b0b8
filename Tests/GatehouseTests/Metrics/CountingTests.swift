import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

@Suite struct CountingTests {
    private func told(_ file: MetricsFile) -> [String] {
        let page = MetricsPage(file: file, jobKinds: [], ofModules: [], backlog: nil).text(version: "1")
        return String(decoding: page, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test func `a duration belongs to the first range whose bound it does not exceed`() throws {
        let file = try MetricsFile(path: nil)
        for (index, bound) in (Histogram.bounds + [UInt64.max / 64]).enumerated() {
            let words = try file.block(["range", String(index)], count: Histogram.wordCount)
            Histogram(words).record(nanoseconds: bound)
            var expected = [UInt64](repeating: 0, count: Histogram.wordCount)
            expected[index] = 1
            expected[Histogram.wordCount - 1] = bound
            #expect(file.blocks()[index].values == expected)
        }
        let beyond = Histogram(try file.block(["beyond"], count: Histogram.wordCount))
        beyond.record(nanoseconds: Histogram.bounds[0] + 1)
        #expect(file.blocks().last?.values[1] == 1)
    }

    @Test(arguments: [
        (Duration.nanoseconds(1), 1 as UInt64), (.milliseconds(1500), 1_500_000_000), (.seconds(-1), 0), (.zero, 0),
    ])
    func `a duration is whole nanoseconds`(duration: Duration, nanoseconds: UInt64) {
        #expect(duration.nanoseconds == nanoseconds)
    }

    @Test func `requests are reported by route, method and status`() throws {
        let file = try MetricsFile(path: nil)
        let requests = try RequestCounts(
            [.init(method: .get, pattern: "/a/{id}"), .init(method: .post, pattern: "/b")], in: file)
        requests.record(route: 0, method: .get, status: 200, took: .milliseconds(3))
        requests.record(route: 0, method: .get, status: 200, took: .milliseconds(3))
        requests.record(route: 0, method: .head, status: 404, took: .milliseconds(3))
        requests.record(route: 1, method: .post, status: 418, took: .milliseconds(3))
        requests.record(route: nil, method: HTTPMethod("PROPFIND"), status: 405, took: .zero)
        requests.record(route: nil, method: nil, status: 7, took: .zero)
        let lines = told(file).filter { $0.hasPrefix("gatehouse_http_requests_total") }.map { $0.dropFirst(29) }
        #expect(
            Set(lines) == [
                "{method=\"GET\",route=\"/a/{id}\",status=\"200\"} 2",
                "{method=\"GET\",route=\"/a/{id}\",status=\"500\"} 0",
                "{method=\"GET\",route=\"/a/{id}\",status=\"503\"} 0",
                "{method=\"HEAD\",route=\"/a/{id}\",status=\"404\"} 1",
                "{method=\"POST\",route=\"/b\",status=\"500\"} 0", "{method=\"POST\",route=\"/b\",status=\"503\"} 0",
                "{method=\"POST\",route=\"/b\",status=\"other\"} 1",
                "{method=\"other\",route=\"unmatched\",status=\"405\"} 1",
                "{method=\"other\",route=\"unmatched\",status=\"other\"} 1",
            ])
        let durations = told(file).filter { $0.contains("duration_seconds_bucket{method=\"GET\"") }
        #expect(durations.count == Histogram.bounds.count + 1)
        #expect(durations[2].hasSuffix("{method=\"GET\",route=\"/a/{id}\",le=\"0.0025\"} 0"))
        #expect(durations[3].hasSuffix("{method=\"GET\",route=\"/a/{id}\",le=\"0.005\"} 2"))
        #expect(durations.last?.hasSuffix("le=\"+Inf\"} 2") == true)
        #expect(
            told(file).contains(
                "gatehouse_http_request_duration_seconds_sum{method=\"GET\",route=\"/a/{id}\"} 0.006"))
    }

    @Test func `every status in the document is counted under its own number`() throws {
        let document = try Program.gatehouse.declaredDocument()
        let operations = try #require(document["paths"]).members.flatMap(\.value.members)
        let statuses = Set(operations.flatMap { $0.value["responses"]?.members ?? [] }.compactMap { Int($0.name) })
        #expect(statuses.count > 10)
        #expect(statuses.subtracting(RequestCounts.statuses).isEmpty)
        #expect(RequestCounts.statuses.count < RequestCounts.statusWords)
    }

    @Test func `each limit is counted under its own name`() throws {
        let sources = ["Common/Limits/Limits.swift", "Modules/SignIn/Lockout.swift", "Application/Chain.swift"]
        let text = try sources.map { try RepositoryFile.text("Sources/Gatehouse/\($0)") }.joined()
        for policy in Limits.policies { #expect(text.contains("\"\(policy)\""), "\(policy)") }
        let named = text.matches(of: /"([a-z-]+)", settings\./).map { String($0.1) }
        #expect(named.count >= 7)
        #expect(Set(named).isSubset(of: Limits.policies))
    }

    @Test func `the value of a label cannot end it`() {
        var page = Exposition()
        page.sample("a", [("b", "x\"} 1\n\\")], 1)
        #expect(String(decoding: page.text, as: UTF8.self) == "gatehouse_a{b=\"x\\\"} 1\\n\\\\\"} 1\n")
    }

    @Test func `statements are counted, and failed ones also as failures`() throws {
        let schema = try TestDatabase()
        let file = try MetricsFile(path: nil)
        let counts = try StatementCounts(in: file)
        let server = try TestDatabase.settings(schema: schema.name)
        let db = DatabaseClient(server) { counts.record($0, failed: $1) }.connection()
        _ = try db.first("SELECT 1", as: Int.self)
        /// The number of statements counted, and of those that failed.
        func counted() -> [Int] {
            let words = file.blocks()[0].values
            return [words.prefix(Histogram.bounds.count + 1).reduce(0) { $0 + Int($1) }, Int(words.last ?? 0)]
        }
        let before = counted()[0]
        _ = try db.first("SELECT 1", as: Int.self)
        #expect(counted() == [before + 1, 0])
        #expect(throws: DatabaseError.self) { try db.first("SELECT nothing FROM nowhere", as: Int.self) }
        #expect(counted() == [before + 2, 1])
        try db.transaction { _ in }
        #expect(counted() == [before + 4, 1])
    }

    @Test func `the page is answered without the database, except for the metrics that need it`() throws {
        let app = try TestApplication()
        let well = app.send(.get, "/metrics")
        #expect(well.status == .ok && well.headers[.contentType] == Exposition.contentType)
        let text = String(decoding: well.body, as: UTF8.self)
        #expect(text.contains("\ngatehouse_database_up 1\n") && text.contains("gatehouse_jobs_due{kind=\"other\"} 0\n"))
        let away = try TestApplication()
        try away.database.connection().execute("DROP TABLE jobs")
        let ill = String(decoding: away.send(.get, "/metrics").body, as: UTF8.self)
        #expect(ill.contains("\ngatehouse_database_up 0\n") && !ill.contains("gatehouse_jobs_due"))
        #expect(ill.contains("gatehouse_http_request_duration_seconds_count{method=\"GET\",route=\"/healthz\"} 0\n"))
    }

    @Test func `password slots are reported while they are taken, and so are refusals`() throws {
        let file = try MetricsFile(path: nil)
        var settings = PasswordSettings()
        (settings.memoryKiB, settings.threads, settings.queueLimit) = (64, 1, 1)
        let hasher = try PasswordHasher(settings, counts: try PasswordCounts(in: file))
        try hasher.start()
        defer { hasher.shutdown() }
        let first = try hasher.reserve()
        let second = try hasher.reserve()
        #expect(throws: PasswordHasher.Overloaded.self) { _ = try hasher.reserve() }
        #expect(told(file).contains("gatehouse_password_hash_slots_taken 2"))
        #expect(try first.verify("a password", against: nil) == .wrong)
        #expect(try second.verify("a password", against: nil) == .wrong)
        #expect(told(file).contains("gatehouse_password_hash_slots 2"))
        #expect(told(file).contains("gatehouse_password_hash_slots_taken 0"))
        #expect(told(file).contains("gatehouse_password_hash_refusals_total 1"))
        #expect(told(file).contains("gatehouse_password_hash_duration_seconds_count 2"))
    }
}
