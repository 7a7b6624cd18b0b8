public import Database

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

extension MemberRole: ColumnDecodable, RowDecodable, SQLValue {}
