import Foundation
import GatehouseTesting
import Testing

@testable import Gatehouse

/// The declarations of all modules agree.
@Suite struct ModulesTests {
    private let modules = Program.gatehouse.modules

    @Test func `no two modules declare the same`() {
        let kinds = modules.jobs.map { $0.kind }
        #expect(Set(kinds).count == kinds.count)
        let declared = modules.permissions.roleDeclarations + modules.permissions.userDeclarations
        #expect(Set(declared.map(\.permission)).count == declared.count)
        let rows = modules.expiredRows.map(\.name)
        #expect(Set(rows).count == rows.count)
        let sections = modules.exportSections.map(\.name.description)
        #expect(Set(sections).count == sections.count)
    }

    @Test func `periodic jobs are among the jobs, once each`() {
        let recurring = modules.recurringJobs.map(\.name)
        #expect(Set(recurring).count == recurring.count)
        #expect(Set(recurring).isSubset(of: modules.jobs.map { $0.kind }))
    }

    @Test func `every job in the sources belongs to a module`() throws {
        let declared = try RepositoryFile.paths(below: "Sources/Gatehouse").filter { $0.hasSuffix(".swift") }
            .flatMap { path in
                try RepositoryFile.text(path).matches(of: /struct (\w+): Job \{/).map { String($0.1) }
            }
        #expect(Set(declared) == Set(modules.jobs.map { "\($0)" }))
        #expect(declared.count > 10)
    }
}
