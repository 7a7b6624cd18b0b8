import Database
import GatehouseTesting
import Testing

@Suite struct NamedLockTests {
    private let schema: TestDatabase

    init() throws {
        schema = try TestDatabase()
    }

    @Test func `one session at a time holds a lock, whatever becomes of what it does`() throws {
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
}
