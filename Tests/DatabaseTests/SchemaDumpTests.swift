import Database
import Testing

@testable import GatehouseTesting

struct SchemaDumpTests {
    @Test func `a copy equals what the migrations make`() throws {
        let migrated = try TestDatabase()
        try Migrator([MigrationFolder(TestDatabase.migrations)], connection: migrated.connection()).up()
        let copy = try TestDatabase(isMigrated: true)
        let (expected, made) = (try SchemaDump(of: migrated.settings), try SchemaDump(of: copy.settings))
        #expect(expected.statements.count > 20)
        #expect(shapes(made) == shapes(expected))
        let migrator = try Migrator([MigrationFolder(TestDatabase.migrations)], connection: copy.connection())
        #expect(try migrator.status().allSatisfy { if case .applied = $0.state { true } else { false } })
    }

    /// Everything except the rows, which contain the times at which they were written.
    private func shapes(_ dump: SchemaDump) -> [String] {
        dump.statements.map { $0.hasPrefix("INSERT") ? String($0.prefix { $0 != "(" }) : $0 }
    }
}
