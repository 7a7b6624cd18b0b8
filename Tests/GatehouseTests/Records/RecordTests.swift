import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

@Suite struct RecordTests {
    private struct Thing: VersionedRecord {
        let id: UInt64
        let publicID: UUID
        let title: String
        let size: Int?
        let version: Int

        static let columns = Columns(
            Thing.init,
            Column("id", \.id),
            Column("public_id", \.publicID, as: "id"),
            Column("title", \.title, as: "name", format: "word", "What it is called.")
                .followed(by: \.initial, as: "initial", "How it begins."),
            Column("size", from: "NULLIF(width * 2, 0)", \.size, as: "size"),
            Column("version", \.version))

        var initial: String { String(title.prefix(1)) }

        static let example = Thing(id: 0, publicID: .example, title: "Mill", size: 4, version: 1)
    }

    private struct ChangeThing: RecordChange {
        let title: String?
        let version: Int?

        var changes: [Change<Thing>] {
            version == nil
                ? [Change(\.title, to: title)] : [Change(\.title, to: title), Change(\.version, to: version)]
        }
    }

    private struct Note: Record {
        let id: UInt64
        let text: String?

        static let columns = Columns(Note.init, Column("id", \.id), Column("text", \.text, as: "text"))
        static let example = Note(id: 1, text: "a note")
    }

    private struct ChangeNote: RecordChange {
        let text: String??

        var changes: [Change<Note>] { [Change(\.text, to: text)] }
    }

    /// Its field cannot be null, though the column can.
    private struct RenameNote: RecordChange {
        let text: String?

        var changes: [Change<Note>] { [Change(\.text, to: text)] }
    }

    private struct Swapped: Record {
        let first: String
        let second: String

        static let columns = Columns(Swapped.init, Column("second", \.second), Column("first", \.first))
        static let example = Swapped(first: "", second: "")
    }

    private struct JSONColumn: RowDecodable {
        let value: JSON

        init(row: Row) throws(DatabaseError) { value = try row.decode(0) }
    }

    private let schema: TestDatabase
    private let db: Connection

    init() throws {
        schema = try TestDatabase()
        db = schema.connection()
    }

    private static let row: SQL = """
        SELECT \(Thing.columns)
        FROM (SELECT 7 AS id, CAST('01935c1e-8a00-7c3d-9e4f-2b6a71d0c518' AS UUID) AS public_id, 'Loom' AS title,
                     3 AS width, 5 AS version) AS things
        """

    @Test func `one declaration gives the list for SELECT, decoding, the answer and its schema`() throws {
        #expect(Thing.columns.sql.text == "id, public_id, title, NULLIF(width * 2, 0) AS size, version")
        let thing = try #require(try db.first(Self.row, as: Thing.self))
        #expect((thing.id, thing.title, thing.size, thing.version) == (7, "Loom", 6, 5))
        #expect(thing.json == ["id": thing.publicID.json, "name": "Loom", "initial": "L", "size": 6])
        #expect(thing.entityTag == EntityTag(of: thing.publicID, version: 5))

        var components = Components()
        _ = Thing.schema(in: &components)
        let properties = components.schemas.first?.value["properties"]
        #expect(properties?.members.map(\.name) == ["id", "name", "initial", "size"])
        #expect(properties?["name"] == ["type": "string", "format": "word", "description": "What it is called."])
        #expect(properties?["initial"] == ["type": "string", "description": "How it begins."])
    }

    @Test func `a statement can call the table by an alias`() {
        #expect(Note.columns.sql(of: "n").text == "n.id, n.text")
    }

    @Test func `a column of JSON is decoded, and NULL is null`() throws {
        #expect(try db.first("SELECT '{\"a\": [1]}'", as: JSONColumn.self)?.value == ["a": [1]])
        #expect(try db.first("SELECT CAST(NULL AS CHAR)", as: JSONColumn.self)?.value == .null)
        #expect(throws: DatabaseError.self) { try db.first("SELECT '{'", as: JSONColumn.self) }
    }

    @Test func `a result must begin with the columns`() throws {
        #expect(throws: DatabaseError.self) { try db.first("SELECT 7 AS id, 'Loom' AS title", as: Thing.self) }
    }

    @Test func `columns in another order than the properties are a fault`() throws {
        let error = #expect(throws: DatabaseError.self) {
            try db.first("SELECT 'a' AS second, 'b' AS first", as: Swapped.self)
        }
        #expect(error?.kind == .usage("the columns of Swapped are not in the order of its properties"))
    }

    @Test func `a change names and assigns the same columns, always all of them`() throws {
        let change = ChangeThing(title: "Mill", version: nil)
        #expect(try change.fieldsThatChange(.example) == [])
        #expect(try ChangeThing(title: "Loom", version: nil).fieldsThatChange(.example) == ["name"])
        #expect(try ChangeThing(title: nil, version: nil).assignments.text == change.assignments.text)
        #expect(try change.assignments.text == "title = COALESCE(?, title)")
    }

    @Test func `composed and decomposed characters differ`() throws {
        let stored = Note(id: 1, text: "cafe\u{301}")
        #expect(try ChangeNote(text: .some("caf\u{E9}")).fieldsThatChange(stored) == ["text"])
        #expect(try RenameNote(text: "caf\u{E9}").fieldsThatChange(stored) == ["text"])
        #expect(try ChangeNote(text: .some("cafe\u{301}")).fieldsThatChange(stored) == [])
    }

    @Test func `null sets a column to NULL, and a field that is left out stays`() throws {
        try db.execute("CREATE TABLE notes (id BIGINT UNSIGNED PRIMARY KEY, text VARCHAR(20))")
        try db.execute("INSERT INTO notes VALUES (1, 'a note')")
        func after(_ text: String??) throws -> String? {
            let change = ChangeNote(text: text)
            try db.execute("UPDATE notes SET \(change.assignments) WHERE id = 1")
            return try db.first("SELECT \(Note.columns) FROM notes", as: Note.self)?.text
        }
        #expect(try after(.none) == "a note")
        #expect(try after(.some("another")) == "another")
        #expect(try after(.some(.none)) == nil)
        #expect(try ChangeNote(text: .none).fieldsThatChange(.example) == [])
        #expect(try ChangeNote(text: .some("a note")).fieldsThatChange(.example) == [])
        #expect(try ChangeNote(text: .some(.none)).fieldsThatChange(.example) == ["text"])
    }

    @Test func `a field that cannot be null never sets its column to NULL`() throws {
        try db.execute("CREATE TABLE notes (id BIGINT UNSIGNED PRIMARY KEY, text VARCHAR(20))")
        try db.execute("INSERT INTO notes VALUES (1, 'a note')")
        func after(_ text: String?) throws -> String? {
            try db.execute("UPDATE notes SET \(RenameNote(text: text).assignments) WHERE id = 1")
            return try db.first("SELECT \(Note.columns) FROM notes", as: Note.self)?.text
        }
        #expect(try after(nil) == "a note")
        #expect(try after("another") == "another")
        #expect(try RenameNote(text: nil).fieldsThatChange(.example) == [])
        #expect(try RenameNote(text: "a note").fieldsThatChange(.example) == [])
        #expect(try RenameNote(text: "another").fieldsThatChange(.example) == ["text"])
        #expect(try RenameNote(text: "first").fieldsThatChange(Note(id: 1, text: nil)) == ["text"])
    }

    @Test func `a property that is not in answers is no field that a request can change`() throws {
        let change = ChangeThing(title: nil, version: 2)
        #expect(throws: DatabaseError.self) { try change.assignments }
        #expect(throws: DatabaseError.self) { try change.fieldsThatChange(.example) }
    }
}
