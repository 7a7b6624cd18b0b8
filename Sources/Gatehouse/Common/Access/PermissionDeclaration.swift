public import Web

/// A permission and who can hold it, declared by the module that guards routes with it.
public struct PermissionDeclaration: Sendable {
    /// Who can have a permission.
    enum Holder: Sendable {
        /// Every user, over their own data. An API key needs it as a scope.
        case user
        /// The same, and the API key of an organization, over the organization's data.
        case userAndOrganization
        /// Users whose role includes it: power over other people's data.
        case role
        /// The same. The built-in role `support` includes it.
        case supportRole
    }

    let permission: Permission
    /// Its meaning, for the document.
    let summary: String
    let holder: Holder

    /// A permission that every user has over their own data.
    /// - Parameters:
    ///   - summary: what it allows, for the document.
    ///   - organizations: whether the API key of an organization can have it too.
    public static func user(_ permission: Permission, _ summary: String, organizations: Bool = false) -> Self {
        PermissionDeclaration(
            permission: permission, summary: summary, holder: organizations ? .userAndOrganization : .user)
    }

    /// A permission over other people's data, for roles.
    /// - Parameters:
    ///   - summary: what it allows, for the document.
    ///   - support: whether the built-in role `support` includes it.
    public static func role(_ permission: Permission, _ summary: String, support: Bool = false) -> Self {
        PermissionDeclaration(permission: permission, summary: summary, holder: support ? .supportRole : .role)
    }
}
