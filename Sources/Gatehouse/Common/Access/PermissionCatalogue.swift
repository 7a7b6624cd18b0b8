import Web

/// Every permission of a program: the sum of what its modules declare.
struct PermissionCatalogue: Sendable {
    /// The permissions for roles.
    let roleDeclarations: [PermissionDeclaration]
    /// The permissions that every user has over their own data.
    let userDeclarations: [PermissionDeclaration]
    /// The permissions that an organization's API key can have.
    let organizationPermissions: Set<Permission>
    /// The permissions of `userDeclarations`.
    let userPermissions: Set<Permission>
    private let admin: Set<Permission>
    private let support: Set<Permission>

    init(_ declarations: [PermissionDeclaration]) {
        func of(_ holders: PermissionDeclaration.Holder...) -> [PermissionDeclaration] {
            declarations.filter { holders.contains($0.holder) }
        }
        roleDeclarations = of(.role, .supportRole)
        userDeclarations = of(.user, .userAndOrganization)
        organizationPermissions = Set(of(.userAndOrganization).map(\.permission))
        userPermissions = Set(userDeclarations.map(\.permission))
        admin = Set(roleDeclarations.map(\.permission))
        support = Set(of(.supportRole).map(\.permission))
    }

    /// The permissions of a role: those of its row or, if it is built in, those that the modules declare, so
    /// administrators have a new permission at once.
    func permissions(ofRole name: String, stored: Set<Permission>) -> Set<Permission> {
        switch BuiltInRole(rawValue: name) {
        case .admin: admin
        case .support: support
        case .user: []
        case nil: stored
        }
    }

    /// The permissions among these that a user holds whose role has the permissions `role`.
    func held(_ permissions: Set<Permission>, role: Set<Permission>) -> Set<Permission> {
        permissions.intersection(role.union(userPermissions))
    }
}

/// The roles of every installation. Their permissions are part of the program, not of the database.
enum BuiltInRole: String, CaseIterable {
    /// All permissions for roles.
    case admin
    /// The permissions that are declared for it.
    case support
    /// Nothing.
    case user
}
