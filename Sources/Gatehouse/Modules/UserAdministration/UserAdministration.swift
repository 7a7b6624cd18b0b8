import Web

/// Administration of other people's accounts.
struct UserAdministration: Module {
    static let permissions: [PermissionDeclaration] = [
        .role(.usersRead, "Read other people's accounts", support: true),
        .role(.usersWrite, "Create, change, suspend and delete accounts, and give them roles"),
    ]
    let service: UserAdministrationService

    init(_ services: Services) throws {
        service = try UserAdministrationService(
            hasher: services.hasher, passwords: services.passwords, lists: services.lists,
            rule: SignInRule(services.settings), roles: RoleRepository(catalogue: services.modules.permissions),
            erasure: services.modules, hooks: services.hooks)
    }
}

extension Permission {
    /// Read other people's accounts.
    static let usersRead = Permission(rawValue: "users:read")
    /// Create, suspend and delete accounts, and give them roles. Changes answer the whole account, so this also allows
    /// reading it.
    static let usersWrite = Permission(rawValue: "users:write")
}
