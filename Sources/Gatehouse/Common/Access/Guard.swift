public import Web

/// Who may use a route. The chain checks the guard before anything is read from the request; every route must declare
/// one.
public enum Guard: RouteGuard, Hashable, CustomStringConvertible {
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

    /// The permission of `.permission`.
    public var requiredPermission: Permission? {
        if case .permission(let permission) = self { permission } else { nil }
    }

    /// `FORBIDDEN`, which API keys get if they lack the scope or the route has none, and `NOT_FOUND` for rows and
    /// organizations that do not exist for the caller.
    public var refusals: [ErrorCode] {
        switch self {
        case .owner, .member: [.forbidden, .notFound]
        case .public, .user, .permission: [.forbidden]
        }
    }
}
