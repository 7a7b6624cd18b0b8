public import Database
public import Web

extension Permission {
    /// Read the accounts of others.
    static let usersRead = Permission(rawValue: "users:read")
    /// Make, suspend and delete accounts, and give them roles. What is written is answered whole, so it is read, too.
    static let usersWrite = Permission(rawValue: "users:write")
    /// Read roles.
    static let rolesRead = Permission(rawValue: "roles:read")
    /// Make and change roles; the same holds of them.
    static let rolesWrite = Permission(rawValue: "roles:write")
    /// Read the audit.
    static let auditRead = Permission(rawValue: "audit:read")

    /// Read one's own account and the list of one's sessions.
    static let accountRead = Permission(rawValue: "account:read")
    /// Read organizations that one belongs to.
    static let organizationsRead = Permission(rawValue: "organizations:read")
    /// Make and change organizations, as far as one's role in them goes.
    static let organizationsWrite = Permission(rawValue: "organizations:write")
    /// Read projects.
    static let projectsRead = Permission(rawValue: "projects:read")
    /// Make and change projects.
    static let projectsWrite = Permission(rawValue: "projects:write")

    /// What roles are made of: power over what is others'.
    static let ofRoles: [Permission] = [.usersRead, .usersWrite, .rolesRead, .rolesWrite, .auditRead]
    /// What every user may do with what is theirs. API keys must be made for it.
    static let ofUsers: [Permission] = [.accountRead] + ofOrganizations
    /// What the key of an organization can be made for.
    static let ofOrganizations: [Permission] = [
        .organizationsRead, .organizationsWrite, .projectsRead, .projectsWrite,
    ]
}

extension Field where Value == Permission {
    /// One of some permissions.
    static func permission(among choices: [Permission]) -> Field {
        let words = choices.map(\.rawValue)
        let schema: JSON = ["type": "string", "enum": .array(words.map { .string($0) })]
        return Field(schema: schema, standIn: .accountRead) { json in
            guard let word = json.string else { return .failure(.type("a string", found: json)) }
            guard let choice = choices.first(where: { $0.rawValue.hasSameBytes(as: word) }) else {
                return .failure(Rejection("choice", "Must be one of \(words.joined(separator: ", "))."))
            }
            return .success(choice)
        }
    }
}

/// A column holds permissions as words with a space between them (as `scope` in RFC 6749, section 3.3).
extension Set: SQLValue, ColumnDecodable where Element == Permission {
    /// The words in order.
    var words: [String] { map(\.rawValue).sorted() }

    /// The words in one text.
    public var sqlValue: SQLBinding { .text(words.joined(separator: " ")) }

    /// The permissions of such a text.
    public static func decoded(from column: ColumnValue) -> Set? {
        guard case .text(let text) = column else { return nil }
        return Set(
            text.split(separator: UInt8(ascii: " ")).map { Permission(rawValue: String(decoding: $0, as: UTF8.self)) })
    }
}

/// The roles that every installation has. Their permissions stand here and not in the database, so that a new
/// permission is the administrator's at once.
enum BuiltInRole: String, CaseIterable {
    case admin, support, user

    var permissions: Set<Permission> {
        switch self {
        case .admin: Set(Permission.ofRoles)
        case .support: Set(Permission.ofRoles.filter { $0.rawValue.hasSuffix(":read") })
        case .user: []
        }
    }
}

extension Set<Permission> {
    /// What a role may do: as its row says, or, where it is built in, as this program says.
    init(ofRole name: String, stored: Set<Permission>) {
        self = BuiltInRole(rawValue: name)?.permissions ?? stored
    }

    /// What of these somebody has whose role holds that; what every user may do needs no role.
    func within(role: Set<Permission>) -> Set<Permission> {
        intersection(role.union(Permission.ofUsers))
    }
}
