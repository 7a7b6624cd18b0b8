import FoundationEssentials
import GatehouseTesting
import Glibc
import Testing

@testable import Gatehouse

@Suite final class MetricsFileTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "metrics-\(UUID())")
    private var path: String { folder.appending(path: "metrics").path }

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    private func metrics() throws -> Metrics {
        try Metrics(path: path, jobKinds: ["a", "b"], policies: ["standard"], purposes: ["webhooks"])
    }

    private func text(_ metrics: Metrics) -> [String] {
        let page = MetricsPage(file: metrics.file, jobKinds: ["a", "b"], ofModules: [], backlog: nil).text(version: "1")
        return String(decoding: page, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test func `everybody who opens the file counts in the same block, found by its name`() throws {
        let files = try (1...3).map { _ in try MetricsFile(path: path) }
        for (index, file) in files.enumerated() {
            _ = try file.block(["before", String(index)], count: 3)
            Counter(try file.block(["shared"], count: 1)).add()
        }
        #expect(files[0].blocks().first { $0.name == ["shared"] }?.values == [3])
        #expect(files[0].blocks().count == 4)
    }

    @Test func `counts of many threads in several openings are complete`() throws {
        let counters = try (1...4).map { _ in try metrics().refusals }
        let results = try inParallel(16) { number in
            for _ in 1...10_000 { counters[number % 4].record("standard") }
        }
        for result in results { try result.get() }
        #expect(text(try metrics()).contains("gatehouse_rate_limit_refusals_total{policy=\"standard\"} 160000"))
    }

    @Test func `counts stay after everybody who counted has gone`() throws {
        do { try metrics().mails.record(.sent) }
        #expect(text(try metrics()).contains("gatehouse_mails_total{outcome=\"sent\"} 1"))
    }

    @Test func `another version's additional metrics keep what is there, and this version reports them too`() throws {
        let old = try metrics()
        old.jobs.record("a", .done, took: .seconds(1))
        let new = try Metrics(path: path, jobKinds: ["a", "c"], policies: [], purposes: [])
        new.jobs.record("a", .done, took: .seconds(1))
        new.jobs.record("c", .failed, took: .seconds(1))
        for lines in [text(old), text(new)] {
            #expect(lines.contains("gatehouse_jobs_total{kind=\"a\",outcome=\"done\"} 2"))
            #expect(lines.contains("gatehouse_jobs_total{kind=\"b\",outcome=\"done\"} 0"))
            #expect(lines.contains("gatehouse_jobs_total{kind=\"c\",outcome=\"failed\"} 1"))
        }
    }

    @Test func `a process that is gone is not reported, and its slot is cleared for the next`() throws {
        let first = try metrics()
        var second: Metrics? = try metrics()
        second?.workers.set(32)
        second?.workersBusy.rise()
        #expect(text(first).contains("gatehouse_workers 32"))
        #expect(text(first).contains("gatehouse_processes 2"))
        second = nil
        #expect(text(first).contains("gatehouse_workers 0"))
        #expect(text(first).contains("gatehouse_processes 1"))
        second = try metrics()
        #expect(text(first).contains("gatehouse_workers_busy 0"))
        second?.workersBusy.rise()
        second?.workersBusy.fall()
        #expect(text(first).contains("gatehouse_workers_busy 0"))
    }

    @Test func `a file of another layout is replaced`() throws {
        try Data(repeating: 1, count: MetricsFile.byteCount).write(to: URL(filePath: path))
        #expect(try MetricsFile(path: path).blocks().isEmpty)
    }

    @Test func `a file that is more than half full is replaced, and a full one accepts no more`() throws {
        let file = try MetricsFile(path: path)
        var count = 0
        #expect(throws: SharedFile.Failure.self) {
            while true {
                _ = try file.block([String(count)], count: 100)
                count += 1
            }
        }
        #expect(count > 1000)
        #expect(file.blocks().count == count)
        #expect(try MetricsFile(path: path).blocks().isEmpty)
    }

    @Test func `an entry that a killed process left incomplete at the end does not count`() throws {
        let file = try MetricsFile(path: path)
        _ = try file.block(["a"], count: 3)
        let bytes = try Data(contentsOf: URL(filePath: path))
        let end = 8 * Int(bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self) })
        let handle = try #require(fopen(path, "r+"))
        #expect(fseek(handle, end, SEEK_SET) == 0)
        let left = [UInt8](repeating: 0xff, count: 4096)
        #expect(fwrite(left, 1, left.count, handle) == left.count)
        fclose(handle)
        _ = try file.block(["b"], count: 20)
        #expect(file.blocks().map(\.values) == [[0, 0, 0], Array(repeating: 0, count: 20)])
    }

    @Test func `a missing folder is reported with its setting`() {
        let error = #expect(throws: SharedFile.Failure.self) { try MetricsFile(path: "/nowhere/metrics") }
        #expect(error?.description.hasPrefix("GATEHOUSE_METRICS_FILE: cannot use /nowhere/metrics") == true)
    }

    @Test func `without a file a process counts only for itself`() throws {
        let (one, other) = try (MetricsFile(path: nil), MetricsFile(path: nil))
        Counter(try one.block(["a"], count: 1)).add()
        #expect(one.blocks().map(\.values) == [[1]])
        #expect(other.blocks().isEmpty)
        #expect(one.processes().count == 1)
    }
}
