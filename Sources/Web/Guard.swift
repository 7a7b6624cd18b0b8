/// A word for something that a role may allow or an API key may be made for: `projects:read`.
public struct Permission: RawRepresentable, Hashable, Sendable {
    /// A noun and a verb with a colon between them.
    public let rawValue: String

    /// Makes a permission of its word.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }
}

/// What a member of an organization may do, from least to most.
public enum MemberRole: String, Sendable, CaseIterable, Comparable {
    /// Reads.
    case viewer
    /// Writes what is their own.
    case member
    /// Writes everything, and decides who belongs to the organization.
    case admin
    /// May also give the organization away, and end it.
    case owner

    /// Whether one may do less than the other.
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

/// Who may use a route. The chain checks it before anything is read from the request; what is not declared is refused.
public enum Guard: Sendable, Hashable, CustomStringConvertible {
    /// Anyone. A token sent along is not looked at, unless the route says that it takes one.
    case `public`
    /// Whoever is signed in; the handler reaches only what belongs to the caller.
    case user
    /// Whoever has a role with this permission.
    case permission(Permission)
    /// Whom the row that the path names belongs to, or who acts for its owner; to all others there is none. The
    /// handler's statement decides it, since it names the owner.
    case owner
    /// A member of the organization that this parameter of the path names, with at least this role; to all others there
    /// is none.
    case member(of: String, atLeast: MemberRole)

    /// As it is listed: `permission:users:read`, `member:viewer`.
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

/// How much one caller may ask of a route.
public enum Tier: String, Sendable, CaseIterable {
    /// Signed-in use.
    case standard
    /// Use without an account.
    case anonymous
    /// Attempts to prove who one is.
    case authentication
    /// Keeping a session alive, or ending it.
    case session
    /// What sends mail to an address.
    case emailSending = "email-sending"
    /// What costs much to answer.
    case expensive
    /// Probes and public documents, which are not limited.
    case unlimited
}
