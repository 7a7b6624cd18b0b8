import Testing

/// Only a module itself uses its tables. Other modules use its interface (`UserProfile`, `UserRow`, `UserLookup`,
/// `SessionRow`, `OrganizationLookup`, `MembershipRepository`).
@Suite struct TableOwnerTests {
    private static let owners = [
        "users": "Users", "sessions": "Sessions", "refresh_tokens": "SignIn",
        "one_time_tokens": "OneTimeTokens", "identities": "Users", "oauth_attempts": "OAuth", "oauth_codes": "OAuth",
        "oauth_documents": "OAuth",
        "organizations": "Organizations", "organization_members": "Organizations", "invitations": "Organizations",
        "api_keys": "APIKeys", "projects": "Projects", "roles": "Roles",
    ]

    /// Exceptions, for the reasons in docs/adr/0030-interfaces-of-modules.md.
    private static let exceptions: Set = [
        "Common/Access/MembershipRepository.swift: users", "Common/Access/MembershipRepository.swift: organizations",
        "Common/Access/MembershipRepository.swift: organization_members",
        "Common/Access/MembershipRepository.swift: api_keys",
        "Common/Access/RolePermissions.swift: roles", "Administration/Doctor/TriggerChecks.swift: roles",
        "Modules/APIKeys/APIKeyRepository.swift: organizations",
    ]

    @Test func `no module names another module's tables in its statements`() throws {
        var found: Set<String> = []
        let folder = "Sources/Gatehouse/"
        for path in try RepositoryFile.paths(below: "Sources/Gatehouse") where path.hasSuffix(".swift") {
            let file = path.dropFirst(folder.count)
            let code = try RepositoryFile.text(path).replacing(/\/\/.*/, with: "")
            for match in code.matches(of: /\b(?:FROM|JOIN|UPDATE|INTO|table:)\s+"?([a-z_]+)\b/) {
                guard let owner = Self.owners[String(match.1)], !file.hasPrefix("Modules/\(owner)/") else { continue }
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
}
