import GatehouseTesting
import Testing

@testable import Gatehouse

/// Only a module itself uses its tables, and only `Common` those of no module. Other modules use its interface
/// (`UserProfile`, `UserRow`, `UserLookup`, `SessionRow`, `OrganizationLookup`, `MembershipRepository`).
@Suite struct TableOwnerTests {
    private static let owners = Dictionary(
        uniqueKeysWithValues: Modules.sharedTables.map { ($0, "Common/") }
            + Modules.ofGatehouse.flatMap { module in module.tables.map { ($0, "Modules/\(module)/") } })

    /// Exceptions, for the reasons in docs/adr/0030-interfaces-of-modules.md.
    private static let exceptions: Set = [
        "Common/Access/MembershipRepository.swift: users", "Common/Access/MembershipRepository.swift: organizations",
        "Common/Access/MembershipRepository.swift: organization_members",
        "Common/Access/MembershipRepository.swift: api_keys",
        "Common/Access/RolePermissions.swift: roles", "Administration/Doctor/TriggerChecks.swift: roles",
        "Administration/Doctor/TriggerChecks.swift: audit_events",
        "Administration/Doctor/TriggerChecks.swift: signing_keys",
        "Modules/APIKeys/APIKeyRepository.swift: organizations",
        "Modules/AuditReading/AuditEvent.swift: audit_events",
        "Modules/AuditReading/AuditEventService.swift: audit_events",
        "Modules/AuditReading/EraseAuditAddresses.swift: audit_events",
    ]

    @Test func `no module names another module's tables in its statements`() throws {
        var found: Set<String> = []
        let folder = "Sources/Gatehouse/"
        for path in try RepositoryFile.paths(below: "Sources/Gatehouse") where path.hasSuffix(".swift") {
            let file = path.dropFirst(folder.count)
            let code = try RepositoryFile.text(path).replacing(/\/\/.*/, with: "")
            for match in code.matches(of: /\b(?:(?:FROM|JOIN|UPDATE|INTO)\s+|(?:table|in): ")([a-z_]+)\b/) {
                guard let owner = Self.owners[String(match.1)], !file.hasPrefix(owner) else { continue }
                found.insert("\(file): \(match.1)")
            }
            // The rows that `UserRow` and `SessionRow` join.
            if code.contains(/\bu\.[a-z_]+\b/), !file.hasPrefix("Modules/Users/") { found.insert("\(file): users") }
            if code.contains(/\bs\.[a-z_]+\b/), !file.hasPrefix("Modules/Sessions/") {
                found.insert("\(file): sessions")
            }
        }
        #expect(found == Self.exceptions)
    }

    @Test func `every table of the migrations has an owner`() throws {
        #expect(try RouteChecks(TestApplication()).tables() == [])
    }
}
