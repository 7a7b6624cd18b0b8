import FoundationEssentials
import Gatehouse
import GatehouseTesting
import Testing
import Web

@testable import Features

@Suite struct NoteTests {
    private let app: TestApplication
    private let ada: TestUser
    private let eve: TestUser

    init() throws {
        app = try TestApplication(modules: [Notes.self])
        ada = try TestUser(in: app, email: "ada@example.com")
        eve = try TestUser(in: app, email: "eve@example.com")
    }

    private func body(_ title: String, pinned: Bool = false) -> JSON {
        ["title": .string(title), "pinned": .bool(pinned)]
    }

    /// Creates a note, and returns its path.
    @discardableResult private func create(_ title: String, pinned: Bool = false, by user: TestUser) throws -> String {
        let made = user.send(.post, "/notes", body(title, pinned: pinned))
        let id = try #require(made.id, "\(made.json)")
        return "/notes/\(id.uuidString.lowercased())"
    }

    private func titles(_ query: String) -> [String] {
        ada.send(.get, "/notes" + query).values("title")
    }

    @Test func `a note is created, read, changed and deleted`() throws {
        let made = ada.send(.post, "/notes", body("First example"))
        #expect(made.status == .created)
        let path = try #require(made.headers[.location]?.dropFirst("/api/v1".count)).description
        let read = ada.send(.get, path)
        #expect(read.json["data"] == made.json["data"])
        #expect(read.headers[.eTag] == made.headers[.eTag])
        #expect(read.json["data"]?["pinned"] == false)

        let changed = ada.send(.patch, path, ["text": "A longer text.", "pinned": true])
        #expect(changed.json["data"]?["title"] == "First example")
        #expect(changed.json["data"]?["text"] == "A longer text.")
        #expect(changed.json["data"]?["pinned"] == true)

        #expect(ada.send(.delete, path).status == .noContent)
        #expect(ada.send(.get, path).errorCode == "NOT_FOUND")
        #expect(try app.audited(NoteCreated.action) == 1)
        #expect(try app.audited(NoteUpdated.action) == 1)
        #expect(try app.audited(NoteDeleted.action) == 1)
    }

    @Test(
        arguments: [
            ("title", nil, "required"), ("title", " ", "format"), ("pinned", "yes", "type"), ("id", 1, "unknown"),
        ] as [(String, JSON?, String)])
    func `a field that is missing, faulty or unknown is refused`(field: String, value: JSON?, code: String) throws {
        var members = body("First example").members.filter { $0.name != field }
        if let value { members.append(.init(field, value)) }
        let answer = ada.send(.post, "/notes", .object(members))
        #expect(answer.status == .badRequest)
        let faults = answer.json["error"]?["details"]?.elements ?? []
        #expect(faults.map { $0["field"] } == [.string(field)])
        #expect(faults.map { $0["code"] } == [.string(code)])
    }

    @Test func `the notes of others are not found`() throws {
        let path = try create("Secret", by: eve)
        for answer in [ada.send(.get, path), ada.send(.patch, path, ["title": "Mine"]), ada.send(.delete, path)] {
            #expect(answer.errorCode == "NOT_FOUND")
        }
        #expect(titles("").isEmpty)
        #expect(titles("?q=secret").isEmpty)
        #expect(eve.send(.get, path).json["data"]?["title"] == "Secret")
        #expect(try app.audited(AuditAction(rawValue: "access.denied")) == 3)
    }

    @Test func `a list is sorted and filtered by every declared pair`() throws {
        for (title, pinned) in [("Beta", false), ("alpha", true), ("Gamma", true)] {
            try create(title, pinned: pinned, by: ada)
        }
        #expect(titles("") == ["Gamma", "alpha", "Beta"])
        #expect(titles("?sortBy=title") == ["alpha", "Beta", "Gamma"])
        #expect(titles("?pinned=true") == ["Gamma", "alpha"])
        #expect(titles("?pinned=false&sortBy=updatedAt&sortOrder=asc") == ["Beta"])
        #expect(ada.send(.get, "/notes?pinned=true&sortBy=title").errorCode == "VALIDATION_ERROR")

        let first = ada.send(.get, "/notes?sortBy=title&limit=2&cursor=")
        let cursor = try #require(first.json["meta"]?["nextCursor"]?.string)
        #expect(titles("?sortBy=title&limit=2&cursor=\(cursor)") == ["Gamma"])
    }

    @Test func `a search finds the beginnings of words in titles, also of changed ones`() throws {
        let path = try create("First example", by: ada)
        #expect(titles("?q=exa+fir") == ["First example"])
        #expect(ada.send(.patch, path, ["title": "Changed"]).status == .ok)
        #expect(titles("?q=exa").isEmpty)
        #expect(titles("?q=cha") == ["Changed"])
        #expect(ada.send(.delete, path).status == .noContent)
        #expect(try app.value("SELECT COUNT(*) FROM words WHERE scope LIKE 'notes/%'") == 0)
    }

    @Test func `of concurrent changes to one version one is made`() throws {
        let path = try create("Example", by: ada)
        let tag = try #require(ada.send(.get, path).headers[.eTag])
        let answers = try inParallel(16) { number in
            ada.send(.patch, path, ["title": .string("Change \(number)")], headers: [.ifMatch: tag])
        }.map { try $0.get() }
        #expect(answers.count { $0.status == .ok } == 1)
        #expect(answers.count { $0.errorCode == "PRECONDITION_FAILED" } == 15)
        #expect(try app.audited(NoteUpdated.action) == 1)
    }

    @Test func `a note that is sent again under its key is created once`() throws {
        let key: HTTPFields = [.idempotencyKey: "4f1c"]
        let first = ada.send(.post, "/notes", body("Once"), headers: key)
        let again = ada.send(.post, "/notes", body("Once"), headers: key)
        #expect(first.status == .created)
        #expect(again.body == first.body)
        #expect(again.headers[.idempotentReplayed] == "true")
        #expect(titles("") == ["Once"])
    }

    @Test func `an API key reaches notes as far as its scopes go`() throws {
        let reader = try ada.withKey(["notes:read"])
        try create("Example", by: ada)
        #expect(reader.send(.get, "/notes").values("title") == ["Example"])
        #expect(reader.send(.post, "/notes", body("Refused")).errorCode == "FORBIDDEN")
        let writer = try ada.withKey(["notes:write"])
        #expect(writer.send(.post, "/notes", body("Second")).status == .created)
    }

    @Test func `notes are part of the export, and go with the account`() throws {
        try create("Example", by: ada)
        try create("Secret", by: eve)
        let export = ada.send(.get, "/users/me/export").json["data"]
        #expect(export?["notes"]?.elements.map { $0["title"] } == ["Example"])

        try app.database.connection().execute(
            """
            UPDATE users SET status = 'deleted', deleted_at = NOW(6) - INTERVAL 31 DAY
            WHERE email = 'ada@example.com'
            """)
        try app.runJobs()
        #expect(try app.value("SELECT title FROM notes", as: String.self) == "Secret")
        #expect(try app.value("SELECT COUNT(*) FROM words WHERE scope LIKE 'notes/%'") == 1)
    }
}
