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
        let actions = modules.auditActions
        #expect(Set(actions).count == actions.count)
        let tables = modules.tables
        #expect(Set(tables).count == tables.count)
        let sections = modules.exportSections.map(\.name.description)
        #expect(Set(sections).count == sections.count)
    }

    @Test func `periodic jobs are among the jobs, once each`() {
        let recurring = modules.recurringJobs.map(\.name)
        #expect(Set(recurring).count == recurring.count)
        #expect(Set(recurring).isSubset(of: modules.jobs.map { $0.kind }))
    }

    @Test func `every job in the sources belongs to a module`() throws {
        let declared = try named(by: /struct (\w+): Job \{/, in: "Sources/Gatehouse")
        #expect(Set(declared) == Set(modules.jobs.map { "\($0)" }))
        #expect(declared.count > 10)
    }

    @Test func `every audit action of the sources is declared by a module`() throws {
        let recorded = try named(by: /AuditAction\(rawValue: "([^"]+)"\)/, in: "Sources/Gatehouse")
        let ofEvents = modules.events.flatMap { $0.auditActions }.map(\.rawValue)
        #expect(Set(recorded).union(ofEvents) == Set(modules.auditActions.map(\.rawValue)))
        #expect(recorded.count > 30)
    }

    @Test func `each folder of a module has one module, which is in the list`() throws {
        let folders = try RepositoryFile.paths(below: "Sources/Gatehouse/Modules")
            .compactMap { $0.wholeMatch(of: /Sources\/Gatehouse\/Modules\/(\w+)/).map { String($0.1) } }
        for folder in folders {
            #expect(try named(by: /struct (\w+): Module \{/, in: "Sources/Gatehouse/Modules/\(folder)") == [folder])
        }
        #expect(Set(folders) == Set(Modules.ofGatehouse.map { "\($0)" }))
    }

    /// The words that a pattern captures in the sources below a folder.
    private func named(by pattern: Regex<(Substring, Substring)>, in folder: String) throws -> [String] {
        try RepositoryFile.paths(below: folder).filter { $0.hasSuffix(".swift") }.flatMap { path in
            try RepositoryFile.text(path).matches(of: pattern).map { String($0.1) }
        }
    }
}
