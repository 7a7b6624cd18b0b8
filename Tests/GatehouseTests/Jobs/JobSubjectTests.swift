import Database
import FoundationEssentials
import GatehouseTesting
import Testing

@testable import Gatehouse

/// Erasing an account deletes the jobs about it, whatever their payloads look like.
@Suite struct JobSubjectTests {
    private let app: TestApplication
    private let db: Connection

    init() throws {
        app = try TestApplication()
        db = app.database.connection()
    }

    /// A job whose payload names people in its own way.
    private struct Postcard: Job {
        static let kind = "test.postcard"

        let recipient: String
        let greeted: [UInt64]

        var subjects: [JobSubject] { [.address(entered: recipient)] + greeted.map { .user($0) } }

        func run(_ context: JobContext) throws {}
    }

    private func recipients() throws -> [String] {
        try db.all("SELECT JSON_VALUE(payload, '$.recipient') FROM jobs WHERE kind = \(Postcard.kind) ORDER BY id")
    }

    @Test func `erasing an account deletes exactly the jobs about it`() throws {
        let (person, other) = (try Person("Person", in: app), try Person("other", in: app))
        let (id, otherID) = (try person.internalID(), try other.internalID())
        try JobQueue.enqueue(Postcard(recipient: "Person@example.com", greeted: []), in: db)
        try JobQueue.enqueue(Postcard(recipient: "person@example.com", greeted: []), in: db)
        try JobQueue.enqueue(Postcard(recipient: "PERSON@Example.COM", greeted: []), in: db)
        try JobQueue.enqueue(Postcard(recipient: "first@example.com", greeted: [otherID, id]), in: db)
        try JobQueue.enqueue(Postcard(recipient: "other@example.com", greeted: [otherID]), in: db)
        try JobQueue.enqueue(Postcard(recipient: "person@example.org", greeted: [id * 1000]), in: db)
        // This would match as a pattern of LIKE.
        try JobQueue.enqueue(Postcard(recipient: "p_rson@example.com", greeted: []), in: db)
        try person.erase()
        #expect(try recipients() == ["other@example.com", "person@example.org", "p_rson@example.com"])
    }

    @Test func `an address in another script is found, too`() throws {
        let person = try Person(TestAccount(in: app, email: "Ада@bücher.example"))
        try JobQueue.enqueue(Postcard(recipient: "Ада@bücher.example", greeted: []), in: db)
        try JobQueue.enqueue(Postcard(recipient: "ада@xn--bcher-kva.example", greeted: []), in: db)
        try person.erase()
        #expect(try recipients() == [])
    }

    @Test func `a notice about a former address is deleted with the account`() throws {
        let person = try Person("person", in: app)
        let id = try person.internalID()
        try db.execute("UPDATE users SET email = 'first@example.com' WHERE id = \(id)")
        let user = try #require(try UserRepository.find(id, in: db))
        try JobQueue.enqueue(SendEmailChangeNotice(to: user, newEmail: "second@example.com", isDone: true), in: db)
        try db.execute("UPDATE users SET email = 'person@example.com' WHERE id = \(id)")
        try person.erase()
        #expect(try app.value("SELECT COUNT(*) FROM jobs WHERE kind = \(SendEmailChangeNotice.kind)") == 0)
    }

    @Test func `jobs of an earlier version are found by the fields that named people there`() throws {
        let person = try Person("person", in: app)
        let files = try RepositoryFile.paths(below: "sql/migrations").filter { $0.contains("_jobs_subjects.") }.sorted()
        try #require(files.count == 2)
        try run(files[0])
        try leave(#"{"userID":\#(person.internalID()),"time":1}"#, "before")
        try leave(#"{"emailKey":"person@example.com"}"#, "before")
        try leave(#"{"emailKey":"other@example.com"}"#, "stays")
        try run(files[1])
        // Inserted by a process of that version that still runs.
        try leave(#"{"email":"person@example.com","name":"Ada"}"#, "after")
        try leave(#"{"to":"person@example.com","newEmail":"ada@example.com"}"#, "after")
        try leave("{}", "stays")
        #expect(try app.value("SELECT COUNT(*) FROM jobs WHERE kind IN ('before', 'after')") == 4)
        try person.erase()
        #expect(try app.value("SELECT COUNT(*) FROM jobs WHERE kind IN ('before', 'after')") == 0)
        #expect(try app.value("SELECT COUNT(*) FROM jobs WHERE kind = 'stays'") == 2)
    }

    private func leave(_ payload: String, _ kind: String) throws {
        try db.execute("INSERT INTO jobs (public_id, kind, payload) VALUES (\(UUID.v7()), \(kind), \(payload))")
    }

    /// Runs a migration that is one statement.
    private func run(_ file: String) throws {
        let lines = try RepositoryFile.text(file).split(separator: "\n").filter { !$0.hasPrefix("--") }
        let statement = lines.joined(separator: "\n").dropLast()
        try db.execute("SET @statement = \(String(statement))")
        try db.execute("BEGIN NOT ATOMIC EXECUTE IMMEDIATE @statement; END")
    }
}
