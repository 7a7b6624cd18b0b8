import Web

/// Every permission of a program: the sum of what its modules declare.
struct PermissionCatalogue: Sendable {
    /// What roles are made of.
    let roleDeclarations: [PermissionDeclaration]
    /// What every user may do with what is theirs.
    let userDeclarations: [PermissionDeclaration]
    /// What the API key of an organization can be made for.
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

    /// The permissions of a role: as its row says or, where it is built in, as the modules declare, so that the
    /// administrator has a new permission at once.
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

/// The roles that every installation has. Their permissions stand in the program and not in the database.
enum BuiltInRole: String, CaseIterable {
    /// Everything that roles are made of.
    case admin
    /// What is declared for it.
    case support
    /// Nothing.
    case user
}
