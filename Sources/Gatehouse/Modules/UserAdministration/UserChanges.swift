import FoundationEssentials
import Web

/// An account that an administrator makes for somebody.
struct CreateUserAccount: RequestInput {
    let email: EmailAddress
    let name: String
    let role: String
    /// `nil` where its owner sets the first one by a mailed link.
    let password: String?
    let isVerified: Bool

    init(from input: inout Input) {
        email = input.required("email", .email)
        name = input.required("name", .name)
        role = input.optional("role", .roleName) ?? BuiltInRole.user.rawValue
        password = input.optional("password", .newPassword)
        isVerified = input.optional("emailVerified", .boolean) ?? false
    }

    static let exampleBody: JSON? = ["email": "grace@example.com", "name": "Grace Hopper", "role": "support"]
}

/// What an administrator changes about an account.
struct UpdateUserAccount: RequestInput {
    let id: UUID
    let role: String?
    /// `deleted` is only for accounts that are: deleting is an operation of its own.
    let status: User.Status?

    init(from input: inout Input) {
        id = input.path("id", .uuid)
        role = input.optional("role", .roleName)
        status = input.optional("status", Field<User.Status>.oneOf(User.Status.self, standIn: .active))
    }

    static let exampleBody: JSON? = ["role": "support"]
}

/// Whose sessions to end, and whether the API keys end with them.
struct EndUserSessions: RequestInput {
    let id: UUID
    let revokesAPIKeys: Bool

    init(from input: inout Input) {
        id = input.path("id", .uuid)
        revokesAPIKeys = input.optional("revokeApiKeys", .boolean) ?? false
    }

    static let exampleBody: JSON? = ["revokeApiKeys": true]
}
