import GatehouseTesting
import Logging
import Testing
import Threads
import Web

@testable import Gatehouse

@Suite struct BreachCheckTests {
    /// The SHA-1 of the password, computed with sha1sum(1), is ABF7AAD6438836DBE526AA231ABDE2D0EEF74D42.
    private static let password = "correct horse battery staple"
    private static let prefix = "ABF7A"
    private static let suffix = "AD6438836DBE526AA231ABDE2D0EEF74D42"

    private static let otherLine = "0018A45C4D1DEF81644B54AB7F969B88D65:12\r\n"

    private static func url(_ server: TestHTTPServer) -> String { "http://127.0.0.1:\(server.port)/range/" }

    /// The result of a check of the password with a server that behaves like this, and the log.
    private static func check(
        _ behaviour: TestHTTPServer.Behaviour
    ) throws -> (isBreached: Bool, log: [LoggedLine], server: TestHTTPServer) {
        let server = try TestHTTPServer(behaviour)
        let lines = Monitor([LoggedLine]())
        let check = try BreachCheck(
            baseURL: url(server), outbound: .test(), log: Logger(label: "test") { _ in Recorder(lines: lines) })
        return (check.contains(password), lines.update { $0 }, server)
    }

    @Test(
        "a password whose hash is in the answer is known to have leaked",
        arguments: [
            "\(suffix):3", "\(otherLine)\(suffix):10434004\r\n\(otherLine)", "\(otherLine)\(suffix.lowercased()):1\n",
        ])
    func found(body: String) throws {
        let (isBreached, log, _) = try Self.check(TestHTTPServer.Behaviour(body: body))
        #expect(isBreached)
        #expect(log.isEmpty)
    }

    @Test(
        "a password whose hash is not in the answer, or only as padding, is accepted",
        arguments: ["", otherLine, "\(otherLine)\(suffix):0\r\n"])
    func notFound(body: String) throws {
        let (isBreached, log, _) = try Self.check(TestHTTPServer.Behaviour(body: body))
        #expect(!isBreached)
        #expect(log.isEmpty)
    }

    @Test("only five digits of the hash leave the program")
    func anonymity() throws {
        let server = try Self.check(TestHTTPServer.Behaviour()).server
        let request = try server.nextRequest()
        #expect(request.line == "GET /range/\(Self.prefix) HTTP/1.1")
        #expect(
            request.headers == [
                "host": "127.0.0.1:\(server.port)", "user-agent": "gatehouse", "accept": "*/*", "add-padding": "true",
            ])
    }

    @Test("the hash is that of the password in NFC")
    func normalised() throws {
        let server = try TestHTTPServer()
        let check = try BreachCheck(
            baseURL: Self.url(server), outbound: .test(), log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let lines = try ["pa\u{308}ssword", "p\u{E4}ssword"].map { password in
            _ = check.contains(password)
            return try server.nextRequest().line
        }
        #expect(lines[0] == lines[1])
    }

    @Test(
        "an answer that is no list accepts the password and warns",
        arguments: [
            TestHTTPServer.Behaviour(status: 500, body: "\(suffix):3"),
            TestHTTPServer.Behaviour(status: 302, headers: ["Location": "/range/"], body: "\(suffix):3"),
            TestHTTPServer.Behaviour(body: "<html>\(suffix):3</html>"),
            TestHTTPServer.Behaviour(body: "\(suffix):3\r\n\(suffix):many"),
            TestHTTPServer.Behaviour(body: otherLine, copies: 256 * 1024 / otherLine.utf8.count + 1),
            TestHTTPServer.Behaviour(body: "\(suffix):3", isSilent: true),
        ])
    func unusable(behaviour: TestHTTPServer.Behaviour) throws {
        let (isBreached, log, _) = try Self.check(behaviour)
        #expect(!isBreached)
        #expect(log.count == 1)
        let line = try #require(log.first)
        #expect(line.level == .warning)
        for secret in [Self.password, Self.prefix, Self.suffix] {
            #expect(!line.text.uppercased().contains(secret.uppercased()))
        }
    }

    @Test("the largest answer is accepted")
    func largest() throws {
        let (isBreached, log, _) = try Self.check(
            TestHTTPServer.Behaviour(body: "\(Self.suffix):3\r\n", copies: 256 * 1024 / (Self.suffix.utf8.count + 4)))
        #expect(isBreached)
        #expect(log.isEmpty)
    }

    @Test("a service that is down accepts every password and warns once a minute")
    func refused() throws {
        let port = try { try TestHTTPServer().port }()
        let lines = Monitor([LoggedLine]())
        let check = try BreachCheck(
            baseURL: "http://127.0.0.1:\(port)/", outbound: .test(),
            log: Logger(label: "test") { _ in Recorder(lines: lines) })
        let start = ContinuousClock.now
        for seconds in [0, 1, 59] { #expect(!check.contains(Self.password, at: start + .seconds(seconds))) }
        #expect(lines.update { $0.count } == 1)
        for seconds in [60, 61, 119] { #expect(!check.contains(Self.password, at: start + .seconds(seconds))) }
        #expect(lines.update { $0.count } == 2)
    }

    @Test("the policy asks only about strong passwords, and not while one is typed")
    func policy() throws {
        let server = try TestHTTPServer(TestHTTPServer.Behaviour(body: "\(Self.suffix):3"))
        let check = try BreachCheck(
            baseURL: Self.url(server), outbound: .test(), log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let policy = PasswordPolicy(breachCheck: check)
        func refusal(of password: String) -> String? {
            let error = #expect(throws: APIError.self) {
                try policy.require(password, in: "newPassword", email: nil, name: nil)
            }
            #expect(error?.code == .validation && error?.details.map(\.field) == ["newPassword"])
            return error?.details.first?.code
        }
        #expect(refusal(of: "password1") == "too_weak")
        #expect(policy.assess(Self.password, email: nil, name: nil) == nil)
        #expect(refusal(of: Self.password) == "breached")
        // The first request that the service received.
        #expect(try server.nextRequest().line == "GET /range/\(Self.prefix) HTTP/1.1")
        try policy.require("верный конь батарея скоба", in: "newPassword", email: nil, name: nil)
        #expect(try server.nextRequest().line != "GET /range/\(Self.prefix) HTTP/1.1")
    }
}

/// A log message.
private struct LoggedLine: Sendable {
    let level: Logger.Level
    let text: String
}

/// Keeps the messages.
private struct Recorder: LogHandler {
    let lines: Monitor<[LoggedLine]>
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let text = "\(event.message) \(event.metadata ?? [:])"
        lines.update { $0.append(LoggedLine(level: event.level, text: text)) }
    }
}
