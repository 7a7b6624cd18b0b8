import Database
import GatehouseTesting
import Testing
import Threads

@Suite struct NamedLockTests {
    private let schema: TestDatabase

    init() throws {
        schema = try TestDatabase()
    }

    @Test func `one session at a time holds a lock, whatever the outcome of its work`() throws {
        struct Failure: Error {}
        let (first, second) = (schema.connection(), schema.connection())
        let name = schema.name
        let inner = try first.withNamedLock(name) { () throws -> Int in
            #expect(try second.withNamedLock(name) { 1 } == nil)
            #expect(try second.withNamedLock("\(name)-") { 2 } == 2)
            return 3
        }
        #expect(inner == 3)
        #expect(try second.withNamedLock(name) { 4 } == 4)
        #expect(throws: Failure.self) { try first.withNamedLock(name) { throw Failure() } }
        #expect(try second.withNamedLock(name) { 5 } == 5)
    }

    @Test func `a lock ends with its session`() throws {
        let (first, second) = (schema.connection(), schema.connection())
        let name = schema.name
        _ = try first.withNamedLock(name) {
            first.close()
            #expect(eventually { (try? second.withNamedLock(name) { true }) == true })
        }
        #expect(try first.first("SELECT 1") == 1)
    }

    @Test func `a session that replaces a lost one holds the lock too`() throws {
        let (first, second) = (schema.connection(), schema.connection())
        let name = schema.name
        _ = try first.withNamedLock(name) { () throws in
            first.close()
            #expect(try first.first("SELECT 1") == 1)
            #expect(try second.withNamedLock(name) { true } == nil)
        }
        #expect(try second.withNamedLock(name) { true } == true)
    }

    @Test func `a session that replaces a lost one waits a moment for the lock`() throws {
        let first = schema.connection()
        let name = schema.name
        _ = try first.withNamedLock(name) { () throws in
            first.close()
            let isHeld = Monitor(false)
            let holder = try Thread(name: "holder") { [schema] in
                let (second, watcher) = (schema.connection(), schema.connection())
                func isWaitedFor() -> Bool {
                    isHeld.update { $0 = true }
                    return eventually { (try? watcher.first(Self.waiting(in: name))) == true }
                }
                eventually { (try? second.withNamedLock(name, isWaitedFor)) == true }
            }
            defer { holder.join() }
            isHeld.wait { $0 ? () : nil }
            #expect(try first.first("SELECT 1") == 1)
        }
    }

    /// Whether a session waits for a named lock.
    private static func waiting(in database: String) -> SQL {
        "SELECT COUNT(*) > 0 FROM information_schema.processlist WHERE db = \(database) AND state = 'User lock'"
    }

    @Test func `a session that has lost the lock to another does not continue`() throws {
        let (first, second) = (schema.connection(), schema.connection())
        let name = schema.name
        _ = try first.withNamedLock(name) { () throws in
            first.close()
            let hasFailed = eventually { failure(of: first, while: second, holds: name) }
            #expect(hasFailed)
            #expect(try first.first("SELECT 1") == 1)
        }
    }

    /// Whether a connection is refused because another holds a lock; `false` also if the other does not hold it yet.
    private func failure(of connection: Connection, while other: Connection, holds name: String) -> Bool {
        let error = try? other.withNamedLock(name) { () -> DatabaseError? in
            do throws(DatabaseError) {
                _ = try connection.first("SELECT 1", as: Int.self)
                return nil
            } catch {
                return error
            }
        }
        return error??.kind == .unavailable
    }
}
