import Web

/// The accounts of others.
struct UserAdministration: Module {
    static let permissions: [PermissionDeclaration] = [
        .role(.usersRead, "Read the accounts of others", support: true),
        .role(.usersWrite, "Make, change, suspend and delete accounts, and give them roles"),
    ]
    let service: UserAdministrationService

    init(_ services: Services) {
        service = UserAdministrationService(
            hasher: services.hasher, passwords: services.passwords, lists: services.lists, rule: services.rule,
            roles: RoleRepository(catalogue: services.modules.permissions), erasure: services.modules,
            hooks: services.hooks)
    }
}

extension Permission {
    /// Read the accounts of others.
    static let usersRead = Permission(rawValue: "users:read")
    /// Make, suspend and delete accounts, and give them roles. What is written is answered whole, so it is read, too.
    static let usersWrite = Permission(rawValue: "users:write")
}

extension AuditAction {
    static let userCreated = AuditAction(rawValue: "user.created")
}
