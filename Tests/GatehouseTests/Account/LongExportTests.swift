import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

/// Exports that are longer than a chunk and have sections of several batches.
@Suite struct LongExportTests {
    private let app: TestApplication
    private let ada: Person
    private let eve: Person
    private static let path = "/api/v1/users/me/export"
    /// More than two batches.
    private static let rows = 2 * ExportSection.batch + 7

    init() throws {
        app = try TestApplication()
        ada = try Person("ada", in: app)
        eve = try Person("eve", in: app)
        let engines = try TestOrganization(by: eve)
        for person in [ada, eve] { try fill(person, engines) }
    }

    /// Makes many rows of a user, whose names identify the owner. Events of one moment follow one another, and some
    /// concern only the user.
    private func fill(_ person: Person, _ organization: TestOrganization) throws {
        let db = app.database.connection()
        let (user, rows) = (try #require(UUID(uuidString: person.id)), Self.rows)
        let id: UInt64 = try #require(try db.first("SELECT id FROM users WHERE public_id = \(user)"))
        try db.execute(
            """
            INSERT INTO audit_events (public_id, action, actor_id, target_id, request_id, created_at)
            SELECT UUID(), 'user.updated', IF(seq % 3 = 0, UUID(), \(user)), IF(seq % 3 = 1, NULL, \(user)),
                   CONCAT(\(person.email), seq), '2026-01-01' + INTERVAL seq DIV 10 SECOND
            FROM seq_1_to_10000 WHERE seq <= \(rows)
            """)
        try db.execute(
            """
            INSERT INTO sessions (public_id, user_id, user_agent, ip_address, expires_at)
            SELECT UUID(), \(id), CONCAT(\(person.email), seq), '192.0.2.1', NOW(6) + INTERVAL 1 DAY
            FROM seq_1_to_10000 WHERE seq <= \(rows)
            """)
        try db.execute(
            """
            INSERT INTO projects (public_id, user_id, owner_id, name, description, status)
            SELECT UUID(), \(id), \(id), CONCAT(\(person.email), seq), '', 'draft'
            FROM seq_1_to_10000 WHERE seq <= \(rows)
            """)
        try db.execute(
            """
            INSERT INTO invitations (public_id, organization_id, email, email_key, role, invited_by, expires_at)
            SELECT UUID(), id, CONCAT(seq, '@example.com'), CONCAT(seq, \(person.email)), 'viewer', \(id), NOW(6)
            FROM organizations JOIN seq_1_to_10000 WHERE seq <= \(rows)
            """)
    }

    private func names(_ part: String, _ field: String, of export: JSON?) -> [String] {
        export?[part]?.elements.compactMap { $0[field]?.string } ?? []
    }

    @Test func `every row appears once, in order, and no row of anybody else does`() throws {
        let receiver = Receiver()
        let answer = app.send(.get, Self.path, token: ada.token, receiver: receiver)
        #expect(receiver.isWhole && receiver.chunks > 10)
        #expect(answer.status == .ok)
        #expect(answer.headers[.contentDisposition] == "attachment; filename=\"gatehouse-export.json\"")
        #expect(answer.headers[.cacheControl] == "no-store" && answer.headers[.requestID] != nil)
        let export = try #require(answer.json["data"])
        let own = (1...Self.rows).map { "\(ada.email)\($0)" }
        #expect(names("auditEvents", "requestId", of: export).filter { $0.hasPrefix(ada.email) } == own)
        #expect(names("auditEvents", "action", of: export).last == "user.exported")
        #expect(names("sessions", "userAgent", of: export).filter { $0.hasPrefix(ada.email) } == own)
        #expect(names("projects", "name", of: export) == own)
        #expect(names("invitationsSent", "email", of: export).count == Self.rows)
        let text = String(decoding: answer.body, as: UTF8.self)
        #expect(!text.contains(eve.email) && !text.contains(eve.id))
    }

    @Test func `its members are those of the document`() throws {
        let schema = try Program.gatehouse.declaredDocument()["components"]?["schemas"]?["ExportedAccount"]
        let export = app.send(.get, Self.path, token: ada.token).json["data"]
        #expect(try #require(export).members.map(\.name) == schema?["properties"]?.members.map(\.name))
    }

    @Test func `a user has one export at a time until it has been sent`() throws {
        var answers: [Response] = []
        let receiver = Receiver { chunks in
            if chunks == 3 { answers = [ada, eve].map { app.send(.get, Self.path, token: $0.token) } }
            return true
        }
        #expect(app.send(.get, Self.path, token: ada.token, receiver: receiver).status == .ok)
        #expect(receiver.isWhole)
        #expect(answers.map(\.status) == [.tooManyRequests, .ok])
        #expect(answers.first?.headers[.retryAfter] == "5")
        #expect(app.send(.get, Self.path, token: ada.token).status == .ok)
    }

    @Test func `a caller who goes away ends it, and can ask again at once`() throws {
        let receiver = Receiver { $0 < 3 }
        _ = app.send(.get, Self.path, token: ada.token, receiver: receiver)
        #expect(!receiver.isWhole && receiver.chunks == 3)
        #expect(app.send(.get, Self.path, token: ada.token).status == .ok)
    }

    /// The number of exports counted under a status.
    private func counted(_ status: String) -> Int {
        let page = String(decoding: app.send(.get, "/metrics").body, as: UTF8.self)
        let name = "gatehouse_http_requests_total{method=\"GET\",route=\"\(Self.path)\",status=\"\(status)\"} "
        let line = page.split(separator: "\n").first { $0.hasPrefix(name) }
        return line.flatMap { Int($0.dropFirst(name.utf8.count)) } ?? 0
    }

    @Test func `an interrupted export is counted by its cause`() throws {
        _ = app.send(.get, Self.path, token: ada.token, receiver: Receiver { $0 < 3 })
        #expect(counted("499") == 1 && counted("200") == 0)
        let db = app.database.connection()
        let renamed = Receiver { chunks in
            if chunks == 1 { _ = try? db.execute("ALTER TABLE projects CHANGE COLUMN name title VARCHAR(100)") }
            return true
        }
        _ = app.send(.get, Self.path, token: ada.token, receiver: renamed)
        #expect(!renamed.isWhole && counted("503") == 1 && counted("200") == 0)
        try db.execute("ALTER TABLE projects CHANGE COLUMN title name VARCHAR(100)")
        _ = app.send(.get, Self.path, token: ada.token, receiver: Receiver())
        #expect(counted("200") == 1 && counted("499") == 1)
    }

    @Test func `an export that loses its lock with its session is broken off`() throws {
        let db = app.database.connection()
        let receiver = Receiver { chunks in
            guard chunks == 1 else { return true }
            let turn = Chain.turn(at: Self.path, of: UUID(uuidString: ada.id) ?? UUID())
            let holder = try? db.first("SELECT IS_USED_LOCK(\(turn))", as: UInt64.self)
            _ = try? db.execute("KILL \(holder ?? 0)")
            return (try? db.first("SELECT GET_LOCK(\(turn), 30)", as: Bool.self)) == true
        }
        let answer = app.send(.get, Self.path, token: ada.token, receiver: receiver)
        #expect(answer.status == .ok && !receiver.isWhole)
        #expect(counted("503") == 1)
    }

    @Test func `signing out ends it`() throws {
        let receiver = Receiver { chunks in
            if chunks == 1 { _ = app.send(.post, "/api/v1/auth/logout", token: ada.token) }
            return true
        }
        let answer = app.send(.get, Self.path, token: ada.token, receiver: receiver)
        #expect(!receiver.isWhole)
        #expect(answer.json == .null)
        #expect(!String(decoding: answer.body, as: UTF8.self).contains("auditEvents"))
    }

    @Test func `HEAD has the same fields and reads little`() throws {
        let receiver = Receiver()
        let bare = app.send(.head, Self.path, token: ada.token, receiver: receiver)
        #expect(receiver.isWhole && receiver.chunks == 0)
        var fields = app.send(.get, Self.path, token: ada.token).headers
        fields[.requestID] = bare.headers[.requestID]
        #expect(bare.headers == fields)
    }
}
