import FoundationEssentials
import Web

/// Which accounts.
struct ListUsers: RequestInput {
    /// What the list can be sorted by.
    enum Sort: String, CaseIterable, Sendable {
        case createdAt, name, email
    }

    let status: User.Status?
    let role: String?
    /// What the address begins with, as `EmailPrefix` reads it.
    let emailPrefix: String?
    let list: ListRequest<Sort>

    init(from input: inout Input) {
        status = input.query(
            "status",
            Field<User.Status>.oneOf(User.Status.self, standIn: .active)
                .annotated("description", "Only those in this state."))
        role = input.query("role", .text(1...50).annotated("description", "Only those with this role."))
        emailPrefix = input.query(
            "email", .text(1...254).annotated("description", "Only those whose address begins with this."))
        list = ListRequest(from: &input, Self.combinations)
    }

    private static let combinations = ListCombinations<Sort>(
        [
            ([], [.createdAt, .name, .email]), (["status"], [.createdAt, .name]), (["role"], [.createdAt]),
            (["role", "status"], [.createdAt]), (["email"], [.email]),
        ], searchableWith: [[]])
}
