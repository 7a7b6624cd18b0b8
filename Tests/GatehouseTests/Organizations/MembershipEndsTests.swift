import Database
import FoundationEssentials
import GatehouseTesting
import Testing

@testable import Gatehouse

/// Every function in the sources that ends or lowers a membership revokes invitations.
@Suite struct MembershipEndsTests {
    /// A function, with its type, name and body.
    private struct Function {
        let name: String
        let body: String
    }

    /// Parts of statements that end or lower a membership: in its row, or in a row that it depends on.
    private static let endings = [
        "DELETE FROM organization_members", "UPDATE organization_members", "DELETE FROM users",
        "DELETE FROM organizations", "SET status = 'suspended'", "SET status = 'deleted'",
    ]

    /// Calls that need no revocation of their own, with the reasons.
    private static let exceptions: [String: Set] = [
        // Ends the account's rights to admit others by `WaysIn`. Invitations to the address are for its owner.
        "EmailVerification.reject": ["UserRepository.markDeleted"],
        // Makes the heir an owner, which is a higher role. `Organizations.erase` revokes for the erased account.
        "OrganizationErasure.run": ["MemberRepository.setRole", "MemberRepository.remove"],
        // Deletes the row of an organization whose members and invitations are gone.
        "PurgeOrganization.run": ["OrganizationRepository.delete"],
    ]

    private static func functions() throws -> [Function] {
        try RepositoryFile.paths(below: "Sources/Gatehouse").filter { $0.hasSuffix(".swift") }.flatMap { path in
            var type = ""
            var found: [Function] = []
            for line in try RepositoryFile.text(path).split(separator: "\n", omittingEmptySubsequences: false) {
                let words = line.split(separator: " ").map(String.init)
                let isOuter = !line.hasPrefix(" ")
                let kinds = ["enum", "struct", "extension", "class"]
                if isOuter, let at = words.firstIndex(where: kinds.contains), at + 1 < words.count {
                    type = String(words[at + 1].prefix { $0.isLetter || $0.isNumber })
                }
                if let at = words.firstIndex(of: "func"), at + 1 < words.count, line.hasPrefix("    "),
                    !line.hasPrefix("     ")
                {
                    let name = words[at + 1].prefix { $0.isLetter || $0.isNumber }
                    found.append(Function(name: "\(type).\(name)", body: ""))
                }
                if let last = found.popLast() { found.append(Function(name: last.name, body: last.body + line + "\n")) }
            }
            return found
        }
    }

    @Test func `everything that ends or lowers a membership revokes invitations`() throws {
        let functions = try Self.functions()
        let statements = functions.filter { function in Self.endings.contains { function.body.contains($0) } }
        let names = Set(statements.map(\.name))
        #expect(
            names == [
                "MemberRepository.setRole", "MemberRepository.remove", "MemberRepository.removeAll",
                "UserRepository.erase", "UserRepository.suspend", "UserRepository.markDeleted",
                "OrganizationRepository.delete",
            ], "another statement ends memberships: see that its callers revoke invitations, and name it here")
        var callers: Set<String> = []
        for name in names {
            let calls = functions.filter { $0.body.contains(name + "(") }
            #expect(!calls.isEmpty, "nobody calls \(name)")
            for call in calls where Self.exceptions[call.name]?.contains(name) != true {
                callers.insert(call.name)
                #expect(
                    call.body.contains("InvitationRevocation.run(")
                        || call.body.contains("InvitationRepository.deleteAll(of:")
                        || call.body.contains("erasure.erase("),
                    "\(call.name) calls \(name) and leaves invitations open")
            }
        }
        #expect(callers.count == 6, "\(callers.sorted())")
        let erasing = try #require(functions.first { $0.name == "Organizations.erase" })
        #expect(erasing.body.contains("InvitationRevocation.run("), "an erased account leaves invitations open")
    }

    @Test func `memberships end only with users and organizations, and invitations with their sender`() throws {
        let app = try TestApplication()
        let cascades = try app.database.connection().all(
            """
            SELECT CONCAT(table_name, ' ', referenced_table_name, ' ', delete_rule)
            FROM information_schema.referential_constraints
            WHERE constraint_schema = DATABASE() AND table_name IN ('organization_members', 'invitations')
            ORDER BY 1
            """, as: String.self)
        #expect(
            cascades == [
                "invitations api_keys CASCADE", "invitations organizations CASCADE", "invitations users CASCADE",
                "organization_members organizations CASCADE", "organization_members users CASCADE",
            ])
    }
}
