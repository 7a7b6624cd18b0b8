import Database
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

@Suite struct ReadinessTests {
    private let app: TestApplication

    init() throws {
        app = try TestApplication()
        try app.database.connection().execute("DELETE FROM schema_migrations ORDER BY name DESC LIMIT 1")
    }

    @Test(arguments: ["192.0.2.1", "10.0.0.1", "2001:db8::1", "::2", "::ffff:192.0.2.1", "unix:", ""])
    func `a caller elsewhere learns only that it is not ready`(address: String) {
        let answer = app.send(.get, "/readyz", from: address)
        #expect(answer.status == .serviceUnavailable)
        #expect(answer.errorCode == "DEPENDENCY_UNAVAILABLE")
        #expect(answer.json["error"]?["details"] == .array([]))
        #expect(answer.json["error"]?["message"] == .string(ErrorCode.dependencyUnavailable.message))
        #expect(answer.headers[.retryAfter] == "2")
    }

    @Test(arguments: ["127.0.0.1", "127.9.8.7", "::1", "::ffff:127.0.0.1"])
    func `a caller on this machine learns what is missing`(address: String) {
        let answer = app.send(.get, "/readyz", from: address)
        #expect(answer.status == .serviceUnavailable)
        guard case .array(let details)? = answer.json["error"]?["details"] else {
            Issue.record("no details in \(answer.json)")
            return
        }
        #expect(details.map { $0["field"] } == ["migrations"])
    }

    @Test func `concurrent callers get the same answer`() throws {
        let answers = try inParallel(64) { [app] _ in app.send(.get, "/readyz").json["error"]?["details"] }
            .map { try $0.get() }
        #expect(answers.count == 64)
        #expect(answers.allSatisfy { $0 == answers.first })
    }
}
