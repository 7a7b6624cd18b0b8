public import Database

/// The owner of rows: a user or an organization, by its internal id.
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

/// The form in a column: `u12`, `o7`.
extension Tenant: RawRepresentable, SQLValue, ColumnDecodable {
    /// Reads the form of a column; `nil` for anything else.
    public init?(rawValue: String) {
        guard let id = UInt64(rawValue.dropFirst()) else { return nil }
        switch rawValue.first {
        case "u": self = .user(id)
        case "o": self = .organization(id)
        default: return nil
        }
    }

    /// The form in a column.
    public var rawValue: String {
        switch self {
        case .user(let id): "u\(id)"
        case .organization(let id): "o\(id)"
        }
    }
}
