import Database

/// Who owns rows: a user, or an organization, by their internal ids.
enum Tenant: Sendable, Equatable {
    case user(UInt64)
    case organization(UInt64)

    var userID: UInt64? {
        if case .user(let id) = self { id } else { nil }
    }

    var organizationID: UInt64? {
        if case .organization(let id) = self { id } else { nil }
    }
}

/// As the column holds it: `u12`, `o7`.
extension Tenant: RawRepresentable, SQLValue, ColumnDecodable {
    init?(rawValue: String) {
        guard let id = UInt64(rawValue.dropFirst()) else { return nil }
        switch rawValue.first {
        case "u": self = .user(id)
        case "o": self = .organization(id)
        default: return nil
        }
    }

    var rawValue: String {
        switch self {
        case .user(let id): "u\(id)"
        case .organization(let id): "o\(id)"
        }
    }
}
