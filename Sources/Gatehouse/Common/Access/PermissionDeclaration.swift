public import Web

/// A permission and who can hold it, declared by the module that guards routes with it.
public struct PermissionDeclaration: Sendable {
    /// Who can have a permission.
    enum Holder: Sendable {
        /// Every user, over what is theirs. An API key has it only if it was made for it.
        case user
        /// The same, and the API key of an organization, over what is the organization's.
        case userAndOrganization
        /// Users whose role includes it: power over what is others'.
        case role
        /// The same. The built-in role `support` includes it.
        case supportRole
    }

    let permission: Permission
    /// What it allows, for the document.
    let summary: String
    let holder: Holder

    /// A permission that every user has over what is theirs.
    /// - Parameters:
    ///   - summary: what it allows, for the document.
    ///   - organizations: whether the API key of an organization can have it too.
    public static func user(_ permission: Permission, _ summary: String, organizations: Bool = false) -> Self {
        PermissionDeclaration(
            permission: permission, summary: summary, holder: organizations ? .userAndOrganization : .user)
    }

    /// A permission over what is others', which roles are made of.
    /// - Parameters:
    ///   - summary: what it allows, for the document.
    ///   - support: whether the built-in role `support` includes it.
    public static func role(_ permission: Permission, _ summary: String, support: Bool = false) -> Self {
        PermissionDeclaration(permission: permission, summary: summary, holder: support ? .supportRole : .role)
    }
}
