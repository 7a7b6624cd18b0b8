import Web

/// Roles, as sets of permissions.
struct Roles: Module {
    static let tables = ["roles"]
    static let permissions: [PermissionDeclaration] = [
        .role(.rolesRead, "Read roles", support: true),
        .role(.rolesWrite, "Create, change and delete roles"),
    ]
    static let events: [any Event.Type] = [RoleCreated.self, RoleUpdated.self, RoleDeleted.self]

    let service: RoleService
    let catalogue: PermissionCatalogue
    let hooks: Hooks

    init(_ services: Services) {
        catalogue = services.modules.permissions
        hooks = services.hooks
        service = RoleService(lists: services.lists, roles: RoleRepository(catalogue: catalogue), hooks: hooks)
    }
}

extension Permission {
    /// Read roles.
    static let rolesRead = Permission(rawValue: "roles:read")
    /// Create and change roles. Changes answer the whole role, so this also allows reading it.
    static let rolesWrite = Permission(rawValue: "roles:write")
}
