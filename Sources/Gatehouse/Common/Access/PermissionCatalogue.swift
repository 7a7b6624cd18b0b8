import Web

/// Every permission of a program: the sum of what its modules declare.
struct PermissionCatalogue: Sendable {
    /// What roles are made of.
    let ofRoles: [PermissionDeclaration]
    /// What every user may do with what is theirs.
    let ofUsers: [PermissionDeclaration]
    /// What the API key of an organization can be made for.
    let ofOrganizations: Set<Permission>
    /// The permissions of `ofUsers`.
    let everyUsers: Set<Permission>
    private let admin: Set<Permission>
    private let support: Set<Permission>

    init(_ declarations: [PermissionDeclaration]) {
        func of(_ holders: PermissionDeclaration.Holder...) -> [PermissionDeclaration] {
            declarations.filter { holders.contains($0.holder) }
        }
        ofRoles = of(.role, .supportRole)
        ofUsers = of(.user, .userAndOrganization)
        ofOrganizations = Set(of(.userAndOrganization).map(\.permission))
        everyUsers = Set(ofUsers.map(\.permission))
        admin = Set(ofRoles.map(\.permission))
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

    /// The permissions among these that a user has whose role has those of `role`.
    func held(_ permissions: Set<Permission>, role: Set<Permission>) -> Set<Permission> {
        permissions.intersection(role.union(everyUsers))
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
