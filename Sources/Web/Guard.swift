/// A permission that a role can grant and an API key can have as a scope, such as `projects:read`.
public struct Permission: RawRepresentable, Hashable, Sendable {
    /// A noun and a verb with a colon between them.
    public let rawValue: String

    /// Makes a permission from its word.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }
}

/// The roles of members in an organization, from least to most powerful.
public enum MemberRole: String, Sendable, CaseIterable, Comparable {
    /// Can read.
    case viewer
    /// Can also write their own objects.
    case member
    /// Can write everything, and manage the members.
    case admin
    /// Can also transfer and delete the organization.
    case owner

    /// Whether one role is less powerful than the other.
    public static func < (left: MemberRole, right: MemberRole) -> Bool {
        left.rank < right.rank
    }

    private var rank: Int {
        switch self {
        case .viewer: 0
        case .member: 1
        case .admin: 2
        case .owner: 3
        }
    }
}

/// Who may use a route. The chain checks the guard before anything is read from the request; every route must declare
/// one.
public enum Guard: Sendable, Hashable, CustomStringConvertible {
    /// Everybody. A token in the request is ignored, unless the route declares that it accepts one.
    case `public`
    /// Every signed-in user; the handler reaches only the caller's data.
    case user
    /// Users whose role has this permission.
    case permission(Permission)
    /// The owner of the row that the path names, and those who act for the owner; for all others the row does not
    /// exist. The handler's statement decides this, since it names the owner.
    case owner
    /// Members of the organization that this path parameter names, with at least this role; for all others it does not
    /// exist.
    case member(of: String, atLeast: MemberRole)

    /// The form in lists of routes: `permission:users:read`, `member:viewer`.
    public var description: String {
        switch self {
        case .public: "public"
        case .user: "user"
        case .permission(let permission): "permission:\(permission.rawValue)"
        case .owner: "owner"
        case .member(_, let role): "member:\(role.rawValue)"
        }
    }
}

/// The rate limit of a route for one caller.
public enum Tier: String, Sendable, CaseIterable {
    /// Signed-in use.
    case standard
    /// Use without an account.
    case anonymous
    /// Attempts to authenticate.
    case authentication
    /// Refreshing a session, or ending it.
    case session
    /// Requests that send mail to an address.
    case emailSending = "email-sending"
    /// Requests that are expensive to answer.
    case expensive
    /// Probes and public documents, which are not limited.
    case unlimited
}
