import Web

/// Roles, as sets of permissions.
struct Roles: Module {
    static let permissions: [PermissionDeclaration] = [
        .role(.rolesRead, "Read roles", support: true),
        .role(.rolesWrite, "Make, change and delete roles"),
    ]
    let service: RoleService
    let catalogue: PermissionCatalogue

    init(_ services: Services) {
        catalogue = services.modules.permissions
        service = RoleService(lists: services.lists, roles: RoleRepository(catalogue: catalogue))
    }
}

extension Permission {
    /// Read roles.
    static let rolesRead = Permission(rawValue: "roles:read")
    /// Make and change roles. What is written is answered whole, so it is read, too.
    static let rolesWrite = Permission(rawValue: "roles:write")
}
