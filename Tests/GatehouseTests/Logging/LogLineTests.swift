import Foundation
import Logging
import Testing
import Web

@testable import Gatehouse

@Suite final class LogLineTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "log-\(UUID())")
    private var path: String { folder.appending(path: "gatehouse.log").path }

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    /// The only line that was written, without its time.
    private func line() throws -> String {
        let text = String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
        #expect(text.hasSuffix("}\n") && text.utf8.count { $0 == UInt8(ascii: "\n") } == 1)
        #expect(text.utf8.count <= 4096)
        let time = try #require(text.firstMatch(of: /^{"timestamp":"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)",/))
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        let written = try #require(formatter.date(from: String(time.1)))
        #expect(abs(written.timeIntervalSinceNow) < 60)
        return String(text[time.range.upperBound...].dropLast())
    }

    private func request(
        _ method: HTTPMethod = .get, from address: String = "127.0.0.1", route: String? = "/api/v1/users/me",
        by principal: Principal? = nil, isWhole: Bool = true
    ) -> RequestLog.Entry {
        RequestLog.Entry(
            requestID: "r1", method: method, route: route, status: .ok, isWhole: isWhole,
            duration: .microseconds(1628),
            remoteAddress: address, principal: principal)
    }

    private func principal(_ identity: Principal.Identity, _ credential: Principal.Credential) -> Principal {
        Principal(identity: identity, credential: credential, permissions: [])
    }

    private func write(_ entry: RequestLog.Entry, level: Logger.Level = .info) throws {
        RequestLog(file: try LogFile(path: path), level: level).write(entry)
    }

    @Test func `a request is logged with its members in order`() throws {
        try write(request())
        #expect(
            try line() == """
                "level":"info","message":"request","durationMs":1.628,"method":"GET","remoteAddress":"127.0.0.1",\
                "requestId":"r1","route":"/api/v1/users/me","status":200}
                """)
    }

    @Test func `a request that matches no route names none`() throws {
        try write(request(route: nil))
        #expect(try line().hasSuffix(#""requestId":"r1","status":200}"#))
    }

    @Test func `a user, a user's key and a key of an organization are named`() throws {
        let (id, key) = (UUID.example, UUID())
        try write(request(by: principal(.user(UserReference(id: 1, publicID: id)), .session(UUID()))))
        #expect(try line().hasSuffix(#""status":200,"userId":"\#(id.text)"}"#))
        try FileManager.default.removeItem(atPath: path)

        try write(request(by: principal(.user(UserReference(id: 1, publicID: id)), .apiKey(key))))
        let byKey = try line()
        #expect(byKey.hasPrefix(#""level":"info","message":"request","apiKeyId":"\#(key.text)","durationMs":"#))
        #expect(byKey.hasSuffix(#""status":200,"userId":"\#(id.text)"}"#))
        try FileManager.default.removeItem(atPath: path)

        try write(request(by: principal(.organization(OrganizationReference(id: 1, publicID: id)), .apiKey(key))))
        #expect(try line().contains(#""method":"GET","organizationId":"\#(id.text)","remoteAddress":"#))
    }

    @Test func `an answer that broke off is logged as such`() throws {
        try write(request(isWhole: false))
        #expect(try line().contains(#""method":"GET","outcome":"broken off","remoteAddress":"#))
    }

    @Test func `nothing in a request breaks out of its line`() throws {
        try write(request(from: "1\"\n2\\\u{1}"))
        #expect(try line().contains(#""remoteAddress":"1\"\n2\\\u0001","#))
    }

    @Test func `only the beginning of a long method is logged`() throws {
        try write(request(try #require(HTTPMethod(String(repeating: "A", count: 8000)))))
        #expect(try line().contains("\"method\":\"\(String(repeating: "A", count: 32))\","))
    }

    @Test func `requests are not logged above their level`() throws {
        try write(request(), level: .notice)
        #expect(FileManager.default.contents(atPath: path)?.isEmpty == true)
    }

    @Test func `an event has its fields in the order of their names`() throws {
        let file = try LogFile(path: path)
        var log = Logger(label: "test") { _ in JSONLogHandler(file: file, level: .debug) }
        log[metadataKey: "requestId"] = "r1"
        log.trace("not this")
        log.warning(
            "it \"broke\"\n",
            metadata: [
                "b": .stringConvertible(7), "a": .stringConvertible(0.25), "é": ["x", .array([])],
                "c": .dictionary(["z": "1", "y": "2"]), "d": .stringConvertible(UUID.example), "requestId": "r2",
            ])
        #expect(
            try line() == #"""
                "level":"warning","message":"it \"broke\"\n","a":0.25,"b":7,"c":{"y":"2","z":"1"},\#
                "d":"\#(UUID.example)","requestId":"r2","é":["x",[]]}
                """#)
    }
}
