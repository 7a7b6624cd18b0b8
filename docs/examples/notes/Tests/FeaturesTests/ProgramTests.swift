import GatehouseTesting
import Testing

@testable import Features

/// What holds for every route, those of Gatehouse and those of the modules of this package.
@Suite struct ProgramTests {
    @Test func `nothing is wrong with any route`() throws {
        #expect(try RouteChecks(TestApplication(modules: modules)).faults() == [])
    }
}
