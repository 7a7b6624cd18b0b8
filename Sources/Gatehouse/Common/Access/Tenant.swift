public import Database

/// Who owns rows: a user, or an organization, by their internal ids.
public enum Tenant: Sendable, Equatable {
    /// A user.
    case user(UInt64)
    /// An organization.
    case organization(UInt64)

    /// The id of a user; `nil` of an organization.
    public var userID: UInt64? {
        if case .user(let id) = self { id } else { nil }
    }

    /// The id of an organization; `nil` of a user.
    public var organizationID: UInt64? {
        if case .organization(let id) = self { id } else { nil }
    }
}

/// As the column holds it: `u12`, `o7`.
extension Tenant: RawRepresentable, SQLValue, ColumnDecodable {
    /// Reads what a column holds; `nil` for anything else.
    public init?(rawValue: String) {
        guard let id = UInt64(rawValue.dropFirst()) else { return nil }
        switch rawValue.first {
        case "u": self = .user(id)
        case "o": self = .organization(id)
        default: return nil
        }
    }

    /// What a column holds.
    public var rawValue: String {
        switch self {
        case .user(let id): "u\(id)"
        case .organization(let id): "o\(id)"
        }
    }
}
