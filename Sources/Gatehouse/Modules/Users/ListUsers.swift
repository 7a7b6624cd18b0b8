import Database
import FoundationEssentials
import Web

/// A request for a list of accounts.
struct ListUsers: RequestInput {
    /// The sorts of the list.
    enum Sort: String, CaseIterable, Sendable {
        case createdAt, name, email
    }

    let status: User.Status?
    let role: String?
    /// The beginning of the address, as `EmailPrefix` reads it.
    let emailPrefix: String?
    let list: ListRequest<Sort>

    init(from input: inout Input) {
        status = input.query(
            "status",
            Field<User.Status>.oneOf(User.Status.self, standIn: .active)
                .described("Only accounts with this status."))
        role = input.query("role", .text(1...50).described("Only accounts with this role."))
        emailPrefix = input.query(
            "email", .text(1...254).described("Only accounts whose address begins with this."))
        list = ListRequest(from: &input, Self.indexes)
    }

    static let indexes = ListIndexes<Sort>(
        [
            ([], .createdAt, "idx_users_created_at", "created_at"),
            ([], .name, "idx_users_name", "name"),
            ([], .email, "idx_users_email_key", "email_key"),
            (["status"], .createdAt, "idx_users_status_created_at", "created_at"),
            (["status"], .name, "idx_users_status_name", "name"),
            (["role"], .createdAt, "idx_users_role_created_at", "created_at"),
            (["role", "status"], .createdAt, "idx_users_role_status_created_at", "created_at"),
            (["email"], .email, "idx_users_email_key", "email_key"),
        ], searchableWith: [[]])
}
