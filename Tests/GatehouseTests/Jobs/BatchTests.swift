import Database
import GatehouseTesting
import Testing
import Threads

@testable import Gatehouse

@Suite struct BatchTests {
    private let app: TestApplication

    init() throws {
        app = try TestApplication()
    }

    @Test func `work in batches ends with the first incomplete one, each in its own transaction`() throws {
        var sizes = [3, 3, 2, 3]
        let context = try JobContext.test(app)
        try context.inBatches(of: 3) { limit, db in
            #expect(limit == 3)
            #expect(db.isInTransaction)
            return sizes.removeFirst()
        }
        #expect(sizes == [3])
        #expect(!context.db.isInTransaction)
    }

    @Test func `work in batches is broken off between two of them`() throws {
        var batches = 0
        let context = try JobContext.test(app, isStopping: { true })
        #expect(throws: JobBrokenOff.self) {
            try context.inBatches(of: 1) { _, _ in
                batches += 1
                return 1
            }
        }
        #expect(batches == 1)
    }
}
