import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

@Suite struct ProjectTests {
    private let app: TestApplication
    private let ada: Person

    init() throws {
        app = try TestApplication()
        ada = try Person("ada", in: app)
    }

    @Test func `the location of a new project has the path of its route`() throws {
        let created = ada.send(.post, "/%70rojects", ["name": "Analytical Engine"])
        let id = try #require(created.json["data"]?["id"]?.string)
        #expect(created.headers[.location] == "/api/v1/projects/\(id)")
    }

    @Test func `a project is created, read, changed and deleted`() throws {
        let created = ada.projects(.post, "", ["name": "Difference Engine", "description": "Tabulates."])
        #expect(created.status == .created)
        let project = try #require(created.json["data"])
        let id = try #require(project["id"]?.string)
        #expect(created.headers[.location] == "/api/v1/projects/\(id)")
        #expect(created.headers[.eTag] == "\"\(id)-1\"")
        #expect(project["name"] == "Difference Engine")
        #expect(project["description"] == "Tabulates.")
        #expect(project["status"] == "draft")
        #expect(project["ownerId"] == .string(ada.id))
        #expect(project["organizationId"] == .null)
        #expect(project["version"] == 1)
        #expect(project["deletedAt"] == .null)

        let read = ada.projects(.get, "/\(id)")
        #expect(read.json["data"] == project)
        #expect(read.headers[.eTag] == created.headers[.eTag])

        let changed = ada.projects(.patch, "/\(id)", ["description": "", "status": "active"])
        #expect(changed.status == .ok)
        #expect(changed.json["data"]?["description"] == "")
        #expect(changed.json["data"]?["status"] == "active")
        #expect(changed.json["data"]?["name"] == "Difference Engine")
        #expect(changed.json["data"]?["version"] == 2)

        #expect(ada.projects(.delete, "/\(id)").status == .noContent)
        #expect(ada.projects(.get, "/\(id)").errorCode == "NOT_FOUND")
        #expect(ada.projects(.patch, "/\(id)", ["name": "Engine"]).errorCode == "NOT_FOUND")
        #expect(ada.projects(.delete, "/\(id)").errorCode == "NOT_FOUND")
        for action in [ProjectCreated.action, ProjectUpdated.action, ProjectDeleted.action] {
            #expect(try app.audited(action) == 1, "\(action)")
        }
        let fields = try app.value(
            "SELECT JSON_COMPACT(details) FROM audit_events WHERE action = 'project.updated'", as: String.self)
        #expect(fields == #"{"fields":["description","status"]}"#)
    }

    @Test func `a change without effect makes no new version and leaves no trace`() throws {
        let id = try ada.create("Engine")
        let answer = ada.projects(.patch, "/\(id)", ["name": "Engine"])
        #expect(answer.json["data"]?["version"] == 1)
        #expect(try app.audited(ProjectUpdated.action) == 0)
    }

    @Test(arguments: [
        (#"{}"#, "name", "required"), (#"{"name": ""}"#, "name", "too_short"), (#"{"name": " "}"#, "name", "format"),
        (#"{"name": "a\nb"}"#, "name", "format"), (#"{"name": 1}"#, "name", "type"),
        (#"{"name": "a", "description": null}"#, "description", "type"),
        (#"{"name": "a", "status": "deleted"}"#, "status", "choice"),
        (#"{"name": "a", "organizationId": "1"}"#, "organizationId", "format"),
        (#"{"name": "a", "ownerId": "1"}"#, "ownerId", "unknown"),
    ])
    func `an invalid project is refused`(body: String, field: String, code: String) throws {
        let answer = ada.projects(.post, "", try JSON(parsing: Array(body.utf8)))
        #expect(answer.status == .badRequest)
        let faults = answer.json["error"]?["details"]?.elements ?? []
        #expect(faults.map { $0["field"] } == [.string(field)])
        #expect(faults.map { $0["code"] } == [.string(code)])
    }

    @Test func `an outdated version is refused, and an unchanged one is not sent again`() throws {
        let id = try ada.create("Engine")
        let first = try #require(ada.projects(.get, "/\(id)").headers[.eTag])
        let second = try #require(ada.projects(.patch, "/\(id)", ["name": "Machine"], ifMatch: first).headers[.eTag])
        #expect(second != first)
        #expect(ada.projects(.patch, "/\(id)", ["name": "Mill"], ifMatch: first).errorCode == "PRECONDITION_FAILED")
        #expect(ada.projects(.delete, "/\(id)", ifMatch: first).errorCode == "PRECONDITION_FAILED")
        #expect(ada.projects(.get, "/\(id)").json["data"]?["name"] == "Machine")

        let known = app.send(
            .get, "/api/v1/projects/\(id)", token: ada.token, headers: [.ifNoneMatch: second])
        #expect(known.status == .notModified)
        #expect(ada.projects(.delete, "/\(id)", ifMatch: second).status == .noContent)
    }

    @Test func `one of several concurrent changes of a version is made`() throws {
        let id = try ada.create("Engine")
        let tag = try #require(ada.projects(.get, "/\(id)").headers[.eTag])
        let answers = try inParallel(16) { index in
            ada.projects(.patch, "/\(id)", ["name": .string("Engine \(index)")], ifMatch: tag)
        }.map { try $0.get() }
        #expect(answers.count { $0.status == .ok } == 1)
        #expect(answers.count { $0.errorCode == "PRECONDITION_FAILED" } == 15)
        let winner = try #require(answers.first { $0.status == .ok }?.json["data"])
        #expect(winner["version"] == 2)
        #expect(ada.projects(.get, "/\(id)").json["data"] == winner)
        #expect(try app.audited(ProjectUpdated.action) == 1)
        #expect(try app.value("SELECT COUNT(*) FROM words WHERE scope = 'projects/u1'") == 2)
    }

    @Test func `one of several concurrent deletions is made`() throws {
        let id = try ada.create("Engine")
        let answers = try inParallel(16) { _ in ada.projects(.delete, "/\(id)") }.map { try $0.get() }
        #expect(answers.count { $0.status == .noContent } == 1)
        #expect(answers.count { $0.errorCode == "NOT_FOUND" } == 15)
        #expect(try app.audited(ProjectDeleted.action) == 1)
    }

    @Test func `a deleted project is listed separately and can be restored`() throws {
        let id = try ada.create("Engine")
        try ada.create("Loom")
        #expect(ada.projects(.delete, "/\(id)").status == .noContent)
        #expect(try ada.names() == ["Loom"])
        #expect(try ada.names("&deleted=false") == ["Loom"])
        #expect(try ada.names("&deleted=true") == ["Engine"])

        let restored = ada.projects(.post, "/\(id)/restore")
        #expect(restored.status == .ok)
        #expect(restored.json["data"]?["deletedAt"] == .null)
        #expect(restored.json["data"]?["version"] == 3)
        #expect(restored.headers[.eTag] == "\"\(id)-3\"")
        #expect(ada.projects(.get, "/\(id)").json["data"] == restored.json["data"])
        #expect(try ada.names("&deleted=true").isEmpty)

        let again = ada.projects(.post, "/\(id)/restore")
        #expect(again.json["data"] == restored.json["data"])
        #expect(try app.audited(ProjectRestored.action) == 1)
    }

    @Test func `one of several concurrent restorations is made, and all get the same answer`() throws {
        let id = try ada.create("Engine")
        #expect(ada.projects(.delete, "/\(id)").status == .noContent)
        let answers = try inParallel(16) { _ in ada.projects(.post, "/\(id)/restore") }.map { try $0.get() }
        #expect(answers.allSatisfy { $0.status == .ok && $0.json["data"]?["version"] == 3 })
        #expect(try app.audited(ProjectRestored.action) == 1)
        #expect(try ada.names("&q=engine") == ["Engine"])
    }

    @Test func `after thirty days a deleted project can no longer be restored, and is purged`() throws {
        let (old, recent, live) = (try ada.create("Old"), try ada.create("Recent"), try ada.create("Live"))
        let db = app.database.connection()
        for id in [old, recent] { #expect(ada.projects(.delete, "/\(id)").status == .noContent) }
        try db.execute("UPDATE projects SET deleted_at = NOW(6) - INTERVAL 30 DAY WHERE public_id = \(old)")
        try db.execute(
            "UPDATE projects SET deleted_at = NOW(6) - INTERVAL 30 DAY + INTERVAL 1 MINUTE WHERE public_id = \(recent)")
        #expect(ada.projects(.post, "/\(old)/restore").errorCode == "NOT_FOUND")

        try PurgeProjects().run(.test(app))
        #expect(
            try db.all("SELECT public_id FROM projects ORDER BY id", as: UUID.self)
                == [try #require(UUID(uuidString: recent)), try #require(UUID(uuidString: live))])
        #expect(
            try app.value("SELECT target_id FROM audit_events WHERE action = 'project.purged'", as: UUID.self)
                == UUID(uuidString: old))
        #expect(ada.projects(.post, "/\(recent)/restore").status == .ok)
    }

    @Test func `more than a batch is purged, and each project is audited`() throws {
        let db = app.database.connection()
        try db.execute(
            """
            INSERT INTO projects (public_id, user_id, name, description, status, deleted_at)
            SELECT UUID(), \(try ada.internalID()), 'Engine', '', 'draft', NOW(6) - INTERVAL 31 DAY FROM seq_1_to_1001
            """)
        try PurgeProjects().run(.test(app))
        #expect(try app.value("SELECT COUNT(*) FROM projects") == 0)
        #expect(try app.audited(ProjectPurged.action) == 1001)
    }
}
