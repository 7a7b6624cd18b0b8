// swift-format-ignore-file
// Written by deploy/template from docs/examples/notes; change that.

/// The files of a package: those that `new-app` writes, among them those that `new-module` adds once more.
enum Template {
    static let files: [(path: String, text: String)] = [
        (".gitignore", ##"""
.build/
.run/

"""##),
        ("Makefile", ##"""
# Everything is done by the scripts of Gatehouse, in the version that this package depends on.

.PHONY: run stop build test openapi clean

export PACKAGE_FOLDER := $(CURDIR)
export PACKAGE_NAME := notes
GATEHOUSE = $(shell swift package show-dependencies --format json | /usr/bin/python3 -c 'import json, sys; \
	print(next(one["path"] for one in json.load(sys.stdin)["dependencies"] if one["name"] == "gatehouse"))')

run: ## Build, and start everything; again: replace only what is old
	@"$(GATEHOUSE)/deploy/run"

stop: ## Stop everything that make run started
	@"$(GATEHOUSE)/deploy/stop"

build: ## Build the release program
	@"$(GATEHOUSE)/deploy/build"

test: ## Run every test on throw-away stacks
	@"$(GATEHOUSE)/deploy/test-package"

openapi: build ## Write openapi.json from the routes
	@.build/program/release/$(PACKAGE_NAME) openapi openapi.json

clean: stop ## Stop everything, then remove .run/ and all build output
	@rm -rf .run .build

"""##),
        ("Package.swift", ##"""
// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "notes",
    products: [.executable(name: "notes", targets: ["App"])],
    dependencies: [.package(name: "gatehouse", path: "../../..")],
    targets: [
        .target(
            name: "Features",
            dependencies: [.product(name: "Gatehouse", package: "gatehouse")]),
        .executableTarget(
            name: "App",
            dependencies: ["Features", .product(name: "GatehouseServer", package: "gatehouse")]),
        .testTarget(
            name: "FeaturesTests",
            dependencies: [
                "Features",
                .product(name: "Gatehouse", package: "gatehouse"),
                .product(name: "GatehouseTesting", package: "gatehouse"),
            ]),
    ]
)

"""##),
        ("README.md", ##"""
# notes

A program on Gatehouse: accounts, sign-in and access control, with modules of its own.

    make run     # builds the program and starts it with MariaDB, mail and nginx, all in .run
    make test    # runs every test on throw-away servers
    make stop

`Sources/Features/<Name>` holds one module each, `Sources/Features/Modules.swift` the list of them. Once `make run` has
built the program, `.run/bin/gatehouse new-module Bookmarks` in this folder adds another, which builds and passes its
tests. What the files of a module are is told by `docs/adding-a-module.md` of Gatehouse, in its repository and in the
folder that `swift package show-dependencies --format json` names as its path.

"""##),
        ("Sources/App/main.swift", ##"""
import Features
import GatehouseServer

Server.main(modules: modules, title: "Notes", version: "1.0.0")

"""##),
        ("Sources/Features/Modules.swift", ##"""
import Gatehouse

/// The modules of this package, in the order in which the document lists their routes.
package let modules: [any Module.Type] = [
    Notes.self
]

"""##),
        ("Sources/Features/Notes/Note.swift", ##"""
import Database
import FoundationEssentials
import Gatehouse
import Web

/// A note that a user has written.
struct Note: RowDecodable, VersionedResource {
    /// What notes can be sorted by.
    enum Sort: String, CaseIterable {
        case updatedAt, title
    }

    /// The internal id; it is never shown.
    let id: UInt64
    let publicID: UUID
    let title: String
    let text: String
    let isPinned: Bool
    let version: Int
    let createdAt: Date
    let updatedAt: Date

    static let columns: SQL = "id, public_id, title, text, is_pinned, version, created_at, updated_at"

    init(row: Row) throws(DatabaseError) {
        id = try row.decode("id")
        publicID = try row.decode("public_id")
        title = try row.decode("title")
        text = try row.decode("text")
        isPinned = try row.decode("is_pinned")
        version = try row.decode("version")
        createdAt = try row.decode("created_at")
        updatedAt = try row.decode("updated_at")
    }

    func write(to output: inout Output) {
        output.field("id", publicID)
        output.field("title", title)
        output.field("text", text)
        output.field("pinned", isPinned)
        output.field("createdAt", createdAt)
        output.field("updatedAt", updatedAt)
    }

    var entityTag: EntityTag { EntityTag(of: publicID, version: version) }

    static let example = Note()

    private init() {
        id = 0
        publicID = .example
        title = "Bernoulli numbers"
        text = "Ask Mr Babbage how the mill carries."
        isPinned = false
        version = 1
        createdAt = .example
        updatedAt = .example
    }
}

extension Note {
    fileprivate static let titleField = Field<String>.line(1...100)
    fileprivate static let textField = Field<String>.paragraphs(0...5000)
}

/// A new note.
struct CreateNote: RequestInput {
    let title: String
    let text: String
    let isPinned: Bool

    init(from input: inout Input) {
        title = input.required("title", Note.titleField)
        text = input.optional("text", Note.textField) ?? ""
        isPinned = input.optional("pinned", .boolean) ?? false
    }

    static let exampleBody: JSON? = ["title": "Bernoulli numbers", "text": "Ask Mr Babbage how the mill carries."]
}

/// Which notes, which part of them, and in which order.
struct ListNotes: RequestInput {
    let isPinned: Bool?
    let list: ListRequest<Note.Sort>

    init(from input: inout Input) {
        isPinned = input.query("pinned", .boolean)
        list = ListRequest(from: &input, Self.combinations)
    }

    /// Every one has its index. The first sort is the default.
    static let combinations = ListCombinations<Note.Sort>(
        [([], [.updatedAt, .title]), (["pinned"], [.updatedAt])], searchableWith: [[]])
}

/// What can be changed about a note.
struct UpdateNote: RequestInput {
    let id: UUID
    let title: String?
    let text: String?
    let isPinned: Bool?

    init(from input: inout Input) {
        id = input.path("id", .uuid)
        title = input.optional("title", Note.titleField)
        text = input.optional("text", Note.textField)
        isPinned = input.optional("pinned", .boolean)
    }

    static let exampleBody: JSON? = ["pinned": true]
}

"""##),
        ("Sources/Features/Notes/NoteRepository.swift", ##"""
import Database
import FoundationEssentials
import Gatehouse
import Web

/// Every statement about the table `notes`, and the words of titles. Whose notes they are is an argument of each.
enum NoteRepository {
    static func insert(
        _ publicID: UUID, of userID: UInt64, _ input: CreateNote, in db: Connection
    ) throws {
        let inserted = try db.execute(
            """
            INSERT INTO notes (public_id, user_id, title, text, is_pinned)
            VALUES (\(publicID), \(userID), \(input.title), \(input.text), \(input.isPinned))
            """)
        try Words.set([input.title], of: inserted.lastInsertID, in: wordScope(of: userID), in: db)
    }

    static func find(_ publicID: UUID, of userID: UInt64, in db: Connection) throws(DatabaseError) -> Note? {
        try db.first("SELECT \(Note.columns) FROM notes WHERE public_id = \(publicID) AND user_id = \(userID)")
    }

    /// The same, locked for a change.
    static func lock(_ publicID: UUID, of userID: UInt64, in db: Connection) throws(DatabaseError) -> Note? {
        try db.first(
            "SELECT \(Note.columns) FROM notes WHERE public_id = \(publicID) AND user_id = \(userID) FOR UPDATE")
    }

    /// Changes a locked note.
    static func update(
        _ id: UInt64, of userID: UInt64, with change: UpdateNote, in db: Connection
    ) throws {
        try db.execute(
            """
            UPDATE notes SET title = COALESCE(\(change.title), title), text = COALESCE(\(change.text), text),
                             is_pinned = COALESCE(\(change.isPinned), is_pinned), version = version + 1
            WHERE id = \(id) AND user_id = \(userID)
            """)
        if let title = change.title { try Words.set([title], of: id, in: wordScope(of: userID), in: db) }
    }

    /// Deletes a locked note.
    static func delete(_ id: UInt64, of userID: UInt64, in db: Connection) throws(DatabaseError) {
        try db.execute("DELETE FROM notes WHERE id = \(id) AND user_id = \(userID)")
        try Words.remove(of: id, from: wordScope(of: userID), in: db)
    }

    /// The notes of a user behind one, in the order of their making, for the export of the account.
    static func exported(
        of userID: UInt64, after id: UInt64?, limit: Int, in db: Connection
    ) throws(DatabaseError) -> [Note] {
        try db.all(
            """
            SELECT \(Note.columns) FROM notes FORCE INDEX (idx_notes_user)
            WHERE user_id = \(userID) AND id > \(id ?? 0) ORDER BY id LIMIT \(limit)
            """)
    }

    /// What the words of a user's notes stand under. No foreign key holds them: whoever deletes a user removes them.
    static func wordScope(of userID: UInt64) -> String { "notes/\(userID)" }
}

// MARK: - Lists

extension NoteRepository {
    /// Where the notes of a list are: one range of an index, or what a search finds.
    static func source(for input: ListNotes, of userID: UInt64) -> ListSource {
        if let search = input.list.search { return .search(search, scopes: [wordScope(of: userID)]) }
        var condition: SQL = "user_id = \(userID)"
        if let isPinned = input.isPinned { condition += " AND is_pinned = \(isPinned)" }
        let (index, column) = order(input.list.sort, isPinned: input.isPinned)
        return .range(ListRange(table: "notes", index: index, id: "id", column: column, condition: condition))
    }

    /// The index that holds a user's notes in the order of the list, and the column that orders it. Left to itself the
    /// server chooses by its estimates, and sorts where it expects few rows.
    private static func order(_ sort: Note.Sort, isPinned: Bool?) -> (index: SQL, column: SQL) {
        switch (sort, isPinned) {
        case (.updatedAt, nil): ("idx_notes_updated_at", "updated_at")
        case (.updatedAt, _?): ("idx_notes_pinned_updated_at", "updated_at")
        case (.title, _): ("idx_notes_title", "title")
        }
    }

    /// The notes of a page of such a list.
    static func find(_ ids: [UInt64], of userID: UInt64, in db: Connection) throws(DatabaseError) -> [Note] {
        try db.all("SELECT \(Note.columns) FROM notes WHERE id IN (\(list: ids)) AND user_id = \(userID)")
    }
}

"""##),
        ("Sources/Features/Notes/NoteRoutes.swift", ##"""
import FoundationEssentials
import Gatehouse
import Web

extension Notes {
    package var routes: [Route] {
        [
            Route(
                .post, "/notes", "Write a note", tag: "Notes", guard: .user, scope: .notesWrite, tier: .standard,
                isVersioned: true, maximumBodyBytes: 64 << 10, input: CreateNote.self, returns: .created(Note.self)
            ) { input, call in Answer(created: try service.create(input, call), call) },
            Route(
                .get, "/notes", "List your notes", description: "`q` finds the beginnings of words in titles.",
                tag: "Notes", guard: .user, scope: .notesRead, tier: .standard, input: ListNotes.self,
                returns: .ok([Note].self)
            ) { input, call in try service.list(input, call) },
            Route(
                .get, "/notes/{id}", "Read a note", tag: "Notes", guard: .owner, scope: .notesRead, tier: .standard,
                isVersioned: true, input: NamedResource.self, returns: .ok(Note.self)
            ) { input, call in Answer(try service.read(input.id, call)) },
            Route(
                .patch, "/notes/{id}", "Change a note", description: "Fields that are left out stay as they are.",
                tag: "Notes", guard: .owner, scope: .notesWrite, tier: .standard, isVersioned: true,
                maximumBodyBytes: 64 << 10, input: UpdateNote.self, returns: .ok(Note.self)
            ) { input, call in Answer(try service.update(input, call)) },
            Route(
                .delete, "/notes/{id}", "Delete a note", description: "For good.", tag: "Notes", guard: .owner,
                scope: .notesWrite, tier: .standard, isVersioned: true, input: NamedResource.self, returns: .noContent
            ) { input, call in Answer(done: try service.delete(input.id, call)) },
        ]
    }
}

"""##),
        ("Sources/Features/Notes/NoteService.swift", ##"""
import Database
import FoundationEssentials
import Gatehouse
import Web

/// What can be done with notes, each change in one transaction with its audit row.
struct NoteService {
    let lists: Lists

    func create(_ input: CreateNote, _ call: Call) throws -> Note {
        let (user, id) = (try call.user, UUID.v7())
        return try call.db.transaction { db in
            try NoteRepository.insert(id, of: user.id, input, in: db)
            try call.audit(.noteCreated, id, in: db)
            return try NoteRepository.find(id, of: user.id, in: db).orNotFound()
        }
    }

    func list(_ input: ListNotes, _ call: Call) throws -> Answer<[Note]> {
        let user = try call.user
        let page = try lists.page(input.list, of: NoteRepository.source(for: input, of: user.id), call)
        let notes = try NoteRepository.find(page.ids, of: user.id, in: call.db)
        return Answer(page.inOrder(notes, by: \.id), meta: page.meta)
    }

    func read(_ id: UUID, _ call: Call) throws -> Note {
        try NoteRepository.find(id, of: call.user.id, in: call.db).orNotFound()
    }

    func update(_ change: UpdateNote, _ call: Call) throws -> Note {
        let user = try call.user
        return try call.db.transaction { db in
            let note = try lock(change.id, of: user.id, call, in: db)
            let changed = change.fieldsThatChange(note)
            if changed.isEmpty { return note }
            try NoteRepository.update(note.id, of: user.id, with: change, in: db)
            try call.audit(.noteUpdated, note.publicID, changed: changed, in: db)
            return try NoteRepository.find(note.publicID, of: user.id, in: db).orNotFound()
        }
    }

    func delete(_ id: UUID, _ call: Call) throws {
        let user = try call.user
        try call.db.transaction { db in
            let note = try lock(id, of: user.id, call, in: db)
            try NoteRepository.delete(note.id, of: user.id, in: db)
            try call.audit(.noteDeleted, note.publicID, in: db)
        }
    }

    /// Locks a note of the caller, in the version that `If-Match` names.
    private func lock(_ id: UUID, of userID: UInt64, _ call: Call, in db: Connection) throws -> Note {
        let note = try NoteRepository.lock(id, of: userID, in: db).orNotFound()
        try call.requireVersion(of: note)
        return note
    }
}

extension UpdateNote {
    /// The names of the fields whose value differs from the note's.
    fileprivate func fieldsThatChange(_ note: Note) -> [String] {
        [
            changed("title", to: title, from: note.title), changed("text", to: text, from: note.text),
            changed("pinned", to: isPinned, from: note.isPinned),
        ].compactMap(\.self)
    }
}

extension AuditAction {
    static let noteCreated = AuditAction(rawValue: "note.created")
    static let noteUpdated = AuditAction(rawValue: "note.updated")
    static let noteDeleted = AuditAction(rawValue: "note.deleted")
}

"""##),
        ("Sources/Features/Notes/Notes.swift", ##"""
import Database
import Gatehouse
import Web

/// The notes that users write for themselves.
package struct Notes: Module {
    package static let migrationNamespace: String? = "notes"
    package static let permissions: [PermissionDeclaration] = [
        .user(.notesRead, "Read your notes"), .user(.notesWrite, "Write, change and delete your notes"),
    ]
    package static let exportSections = [
        ExportSection("notes") { subject, last in
            try NoteRepository.exported(
                of: subject.user.id, after: last?.id, limit: ExportSection.batch, in: subject.db)
        }
    ]

    let service: NoteService

    package init(_ services: Services) {
        service = NoteService(lists: services.lists)
    }

    package static func erase(_ user: UserReference, telling hooks: Hooks, in db: Connection) throws {
        try Words.removeAll(from: NoteRepository.wordScope(of: user.id), in: db)
    }
}

extension Permission {
    /// Read one's own notes.
    static let notesRead = Permission(rawValue: "notes:read")
    /// Write one's own notes.
    static let notesWrite = Permission(rawValue: "notes:write")
}

"""##),
        ("Tests/EndToEnd/resources_notes.py", ##"""
"""What Gatehouse's tests of every route, list and scope must know about notes."""

from support.resources import Resource

RESOURCES = [
    Resource(
        path="/api/v1/notes",
        reads="notes:read",
        writes="notes:write",
        exported="notes",
        new=lambda word, number: {"title": word, "pinned": number % 3 > 0},
        change={"title": "Changed"},
        filters=lambda word: {"pinned": "true", "q": word[:5]},
        meaning={"pinned": lambda row, value: row["pinned"] == (value == "true")},
    )
]

"""##),
        ("Tests/EndToEnd/test_module_notes.py", ##"""
"""Notes, as their writer uses them. What holds for every operation, list and guard alike is tested elsewhere."""

import pytest

from support.client import expect, faults

PATH = "/api/v1/notes"
UNKNOWN = f"{PATH}/019b8d2e-0000-7000-8000-00000000ffff"
FIELDS = {"id", "title", "text", "pinned", "createdAt", "updatedAt"}


@pytest.fixture(scope="module")
def person(people):
    return people.signed_in()


@pytest.fixture
def made(client, person):
    """The answer to a new note."""
    return client.post(PATH, {"title": "Bernoulli numbers"}, token=person.access)


@pytest.fixture
def path(made):
    return made.headers["Location"]


def test_is_made_with_what_was_said_and_else_with_what_is_usual(client, person, made, path, db):
    note = expect(made, 201)
    assert set(note) == FIELDS
    assert (note["title"], note["text"], note["pinned"]) == ("Bernoulli numbers", "", False)
    read = client.get(path, token=person.access)
    assert expect(read, 200) == note and read.headers["ETag"] == made.headers["ETag"]
    assert db.actions(note["id"]) == ["note.created"]


def test_a_change_touches_what_it_names(client, person, made, path, db):
    note = expect(made, 201)
    changed = expect(client.patch(path, {"pinned": True}, token=person.access), 200)
    assert changed == note | {"pinned": True, "updatedAt": changed["updatedAt"]}
    assert db.actions(note["id"]) == ["note.created", "note.updated"]


@pytest.mark.parametrize("method, body", [("PATCH", {"title": "Late"}), ("DELETE", None)])
def test_a_stale_version_is_refused(client, person, made, path, method, body):
    expect(client.patch(path, {"title": "First"}, token=person.access), 200)
    headers = {"If-Match": made.headers["ETag"]}
    response = client.request(method, path, json=body, token=person.access, headers=headers)
    expect(response, 412, "PRECONDITION_FAILED")
    assert expect(client.get(path, token=person.access), 200)["title"] == "First"


def test_what_is_deleted_is_gone(client, person, made, path, db):
    expect(client.delete(path, token=person.access), 204)
    for method, body in (("GET", None), ("PATCH", {"title": "Back"}), ("DELETE", None)):
        for missing in (path, UNKNOWN):
            response = client.request(method, missing, json=body, token=person.access)
            expect(response, 404, "NOT_FOUND")
    assert db.actions(expect(made, 201)["id"])[:2] == ["note.created", "note.deleted"]


@pytest.mark.parametrize(
    "body, fault",
    [
        ({"title": " "}, ("title", "format")),
        ({"title": "x" * 101}, ("title", "too_long")),
        ({"text": "x" * 5001}, ("text", "too_long")),
        ({"pinned": None}, ("pinned", "type")),
        ({"id": "x"}, ("id", "unknown")),
    ],
    ids=str,
)
def test_neither_new_nor_changed_notes_take_faults(client, person, path, body, fault):
    assert faults(client.post(PATH, {"title": "Usual"} | body, token=person.access)) == {fault}
    assert faults(client.patch(path, body, token=person.access)) == {fault}

"""##),
        ("Tests/FeaturesTests/NoteTests.swift", ##"""
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

    @discardableResult private func write(_ title: String, pinned: Bool = false, by user: TestUser) throws -> String {
        let made = user.send(.post, "/notes", ["title": .string(title), "pinned": .bool(pinned)])
        let id = try #require(made.id, "\(made.json)")
        return "/notes/\(id.uuidString.lowercased())"
    }

    private func titles(_ query: String) -> [String] {
        ada.send(.get, "/notes" + query).values("title")
    }

    @Test func `a note is written, read, changed and deleted`() throws {
        let made = ada.send(.post, "/notes", ["title": "Bernoulli numbers", "text": "Ask Mr Babbage."])
        #expect(made.status == .created)
        let path = try #require(made.headers[.location]?.dropFirst("/api/v1".count)).description
        let read = ada.send(.get, path)
        #expect(read.json["data"] == made.json["data"])
        #expect(read.headers[.eTag] == made.headers[.eTag])
        #expect(read.json["data"]?["pinned"] == false)

        let changed = ada.send(.patch, path, ["text": "Asked.", "pinned": true])
        #expect(changed.json["data"]?["title"] == "Bernoulli numbers")
        #expect(changed.json["data"]?["text"] == "Asked.")
        #expect(changed.json["data"]?["pinned"] == true)

        #expect(ada.send(.delete, path).status == .noContent)
        #expect(ada.send(.get, path).errorCode == "NOT_FOUND")
        for action: AuditAction in [.noteCreated, .noteUpdated, .noteDeleted] {
            #expect(try app.audited(action) == 1, "\(action)")
        }
    }

    @Test(arguments: [
        (#"{}"#, "title", "required"), (#"{"title": " "}"#, "title", "format"),
        (#"{"title": "a", "pinned": "yes"}"#, "pinned", "type"), (#"{"title": "a", "id": 1}"#, "id", "unknown"),
    ])
    func `what is no note is refused`(body: String, field: String, code: String) throws {
        let answer = ada.send(.post, "/notes", try JSON(parsing: Array(body.utf8)))
        #expect(answer.status == .badRequest)
        let faults = answer.json["error"]?["details"]?.elements ?? []
        #expect(faults.map { $0["field"] } == [.string(field)])
        #expect(faults.map { $0["code"] } == [.string(code)])
    }

    @Test func `the notes of others are not found`() throws {
        let path = try write("Secret", by: eve)
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
            try write(title, pinned: pinned, by: ada)
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
        let path = try write("Bernoulli numbers", by: ada)
        #expect(titles("?q=num+bern") == ["Bernoulli numbers"])
        #expect(ada.send(.patch, path, ["title": "Looms"]).status == .ok)
        #expect(titles("?q=num").isEmpty)
        #expect(titles("?q=loo") == ["Looms"])
        #expect(ada.send(.delete, path).status == .noContent)
        #expect(try app.value("SELECT COUNT(*) FROM words WHERE scope LIKE 'notes/%'") == 0)
    }

    @Test func `of concurrent changes to one version one is made`() throws {
        let path = try write("Engine", by: ada)
        let tag = try #require(ada.send(.get, path).headers[.eTag])
        let answers = try inParallel(16) { number in
            ada.send(.patch, path, ["title": .string("Engine \(number)")], headers: [.ifMatch: tag])
        }.map { try $0.get() }
        #expect(answers.count { $0.status == .ok } == 1)
        #expect(answers.count { $0.errorCode == "PRECONDITION_FAILED" } == 15)
        #expect(try app.audited(.noteUpdated) == 1)
    }

    @Test func `a note that is sent again under its key is written once`() throws {
        let key: HTTPFields = [.idempotencyKey: "4f1c"]
        let first = ada.send(.post, "/notes", ["title": "Once"], headers: key)
        let again = ada.send(.post, "/notes", ["title": "Once"], headers: key)
        #expect(first.status == .created)
        #expect(again.body == first.body)
        #expect(again.headers[.idempotentReplayed] == "true")
        #expect(titles("") == ["Once"])
    }

    @Test func `an API key reaches notes as far as its scopes go`() throws {
        let reader = try ada.withKey(["notes:read"])
        try write("Engine", by: ada)
        #expect(reader.send(.get, "/notes").values("title") == ["Engine"])
        #expect(reader.send(.post, "/notes", ["title": "Mill"]).errorCode == "FORBIDDEN")
        let writer = try ada.withKey(["notes:write"])
        #expect(writer.send(.post, "/notes", ["title": "Mill"]).status == .created)
    }

    @Test func `notes are part of the export, and go with the account`() throws {
        try write("Engine", by: ada)
        try write("Secret", by: eve)
        let export = ada.send(.get, "/users/me/export").json["data"]
        #expect(export?["notes"]?.elements.map { $0["title"] } == ["Engine"])

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

"""##),
        ("Tests/FeaturesTests/ProgramTests.swift", ##"""
import GatehouseTesting
import Testing

@testable import Features

/// What holds for every route, those of Gatehouse and those of the modules of this package.
@Suite struct ProgramTests {
    @Test func `nothing is wrong with any route`() throws {
        #expect(try RouteChecks(TestApplication(modules: modules)).faults() == [])
    }
}

"""##),
        ("sql/migrations/20261130090000_notes_notes.down.sql", ##"""
DROP TABLE notes;

"""##),
        ("sql/migrations/20261130090000_notes_notes.up.sql", ##"""
-- Notes go with their owner's row. Each index holds a user's notes in the order of one sort, so that a page is read
-- from where it begins.
CREATE TABLE notes (
    id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    public_id  UUID            NOT NULL,
    user_id    BIGINT UNSIGNED NOT NULL,
    title      VARCHAR(100)    NOT NULL COLLATE utf8mb4_uca1400_ai_ci,
    text       VARCHAR(5000)   NOT NULL,
    is_pinned  BOOLEAN         NOT NULL,
    version    INT UNSIGNED    NOT NULL DEFAULT 1,
    created_at DATETIME(6)     NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    updated_at DATETIME(6)     NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
    CONSTRAINT pk_notes PRIMARY KEY (id),
    CONSTRAINT uq_notes_public_id UNIQUE (public_id),
    CONSTRAINT fk_notes_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    INDEX idx_notes_user (user_id, id),
    INDEX idx_notes_updated_at (user_id, updated_at, id),
    INDEX idx_notes_title (user_id, title, id),
    INDEX idx_notes_pinned_updated_at (user_id, is_pinned, updated_at, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

"""##),
    ]
}
