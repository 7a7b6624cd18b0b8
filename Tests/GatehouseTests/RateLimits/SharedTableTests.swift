import FoundationEssentials
import GatehouseTesting
import Testing

@testable import Gatehouse

@Suite final class SharedTableTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "limits-\(UUID())")
    private var path: String { folder.appending(path: "limits").path }

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    private func bucket(_ number: Int, _ limit: RateLimit = RateLimit(count: 5, period: 900)) -> RateLimiter.Bucket {
        let key = withUnsafeBytes(of: (UInt64(number) &* 0x9e37_79b9_7f4a_7c15).bigEndian) { Array($0) }
        return RateLimiter.Bucket(policy: "test", limit: limit, key: key)
    }

    /// A bucket whose key is in the first line, with its own tag.
    private func neighbour(_ tag: UInt64) -> RateLimiter.Bucket {
        let key = withUnsafeBytes(of: (tag << 48).bigEndian) { Array($0) }
        return RateLimiter.Bucket(policy: "test", limit: RateLimit(count: 5, period: 900), key: key)
    }

    @Test func `sixty-four concurrent requests are granted exactly the quota`() throws {
        let table = try SharedTable(path: path)
        let verdicts = try inParallel(64) { [bucket = bucket(1)] _ in table.take(bucket) }.map { try $0.get() }
        #expect(verdicts.count(where: \.isGranted) == 5)
        #expect(!table.take(bucket(1)).isGranted)
        #expect(table.take(bucket(2)).isGranted)
    }

    @Test func `everybody who maps the file counts in the same buckets`() throws {
        let tables = try (1...4).map { _ in try SharedTable(path: path) }
        let granted = (0..<20).count { tables[$0 % 4].take(bucket(1)).isGranted }
        #expect(granted == 5)
    }

    @Test(arguments: ["3/1s", "7/90s", "7000/1h", "100000/1m", "1000/1h"])
    func `the quota is granted to its last unit`(text: String) throws {
        let table = try SharedTable(path: path)
        let limit = try #require(RateLimit(text))
        let granted = (0...limit.count).count { _ in table.take(bucket(1, limit), at: 1_000_000_000).isGranted }
        #expect(granted == limit.count)
    }

    @Test func `a request that others overtake is counted after them`() throws {
        let table = try SharedTable(path: path)
        var times: [UInt64] = [1_000_000_001, 1_000_000_000]
        func time() -> UInt64 {
            // Every caller here has read the bucket in its former state.
            if times.count == 2 { for _ in 1...4 { _ = table.take(bucket(1), at: 1_000_000_001) } }
            return times.popLast() ?? 0
        }
        #expect(table.take(bucket(1), at: time()).remaining == 0)
        #expect(times.isEmpty)
    }

    @Test func `units return with time`() throws {
        let table = try SharedTable(path: path)
        for _ in 1...5 { #expect(table.take(bucket(1), at: 1_000_000_000).isGranted) }
        #expect(!table.take(bucket(1), at: 1_179_999_000).isGranted)
        #expect(table.take(bucket(1), at: 1_180_000_000).isGranted)
        #expect(table.take(bucket(1), at: 9_000_000_000).remaining == 4)
    }

    @Test func `a time before the last one locks nobody out`() throws {
        let table = try SharedTable(path: path)
        for _ in 1...5 { _ = table.take(bucket(1), at: 90_000_000_000) }
        #expect(table.take(bucket(1), at: 1_000_000).isGranted)
    }

    @Test func `a line full of other buckets gives up the one nearest to being full`() throws {
        let table = try SharedTable(path: path)
        for tag in 1...8 as ClosedRange<UInt64> {
            for _ in 0..<(tag == 3 ? 1 : 5) { #expect(table.take(neighbour(tag), at: 1_000_000_000).isGranted) }
        }
        #expect(table.take(neighbour(9), at: 1_000_000_000).remaining == 4)
        for tag in [1, 2, 4, 5, 6, 7, 8] as [UInt64] {
            #expect(!table.take(neighbour(tag), at: 1_000_000_000).isGranted)
        }
    }

    @Test func `a file of another layout is replaced, even by processes that start at once`() throws {
        for content in [Data(), Data("x".utf8), Data(count: 9_000_000)] {
            try content.write(to: URL(filePath: path))
            let tables = try inParallel(8) { [path] _ in try SharedTable(path: path) }.map { try $0.get() }
            let granted = (0..<16).count { tables[$0 % 8].take(bucket(1)).isGranted }
            #expect(granted == 5)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["limits"])
    }

    @Test func `counts stay after everybody who mapped the file has gone`() throws {
        for _ in 1...5 { #expect(try SharedTable(path: path).take(bucket(1)).isGranted) }
        #expect(try !SharedTable(path: path).take(bucket(1)).isGranted)
    }

    @Test func `an unusable file is named`() throws {
        for path in ["/nowhere/limits", folder.path] {
            #expect { try SharedTable(path: path) } throws: { "\($0)".contains(path) }
        }
    }
}
