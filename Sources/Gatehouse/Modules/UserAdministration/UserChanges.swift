import FoundationEssentials
import Web

/// An account that an administrator makes for a person.
struct CreateUserAccount: RequestInput {
    let email: EmailAddress
    let name: String
    let role: String
    /// `nil` if its owner sets the first one with a mailed link.
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

/// An administrator's change of an account.
struct UpdateUserAccount: RequestInput {
    let id: UUID
    let role: String?
    /// `deleted` is only accepted for deleted accounts: deletion is a separate operation.
    let status: User.Status?

    init(from input: inout Input) {
        id = input.path("id", .uuid)
        role = input.optional("role", .roleName)
        status = input.optional("status", Field<User.Status>.oneOf(User.Status.self, standIn: .active))
    }

    static let exampleBody: JSON? = ["role": "support"]
}

/// The user whose sessions end, and whether to revoke the API keys too.
struct EndUserSessions: RequestInput {
    let id: UUID
    let revokesAPIKeys: Bool

    init(from input: inout Input) {
        id = input.path("id", .uuid)
        revokesAPIKeys = input.optional("revokeApiKeys", .boolean) ?? false
    }

    static let exampleBody: JSON? = ["revokeApiKeys": true]
}
