/// What an account may do to a database, by what SHOW GRANTS answers for it. No other view of the server counts the
/// rights of roles; but its lines also hold the hash of the password, so none of them is ever shown.
public struct DatabaseRights {
    /// What the program does.
    public static let needed: Set = ["SELECT", "INSERT", "UPDATE", "DELETE"]
    /// What changes structure or goes past all rights.
    public static let structural: Set = [
        "CREATE", "ALTER", "DROP", "INDEX", "REFERENCES", "TRIGGER", "CREATE VIEW", superuser,
    ]
    /// The right that is given for all databases only.
    private static let superuser = "SUPER"

    /// The rights, by the words of GRANT.
    public let names: Set<String>

    /// Whether the account may do what only a server's administrator may.
    public var isSuperuser: Bool { names.contains(Self.superuser) }

    /// Reads the lines of SHOW GRANTS, such as ``GRANT SELECT, INSERT ON `gatehouse`.* TO `gatehouse`@`localhost` ``.
    public init(grants: [String], database: String) {
        names = grants.reduce(into: []) { names, line in
            guard line.hasPrefix("GRANT "), let on = line.firstRange(of: " ON "),
                let to = line[on.upperBound...].firstRange(of: " TO ")
            else { return }
            // A pattern: in it an underscore that stands for itself is escaped.
            let place = line[on.upperBound..<to.lowerBound].filter { $0 != "\\" && $0 != "`" }
            guard place == "*.*" || place == "\(database).*" else { return }
            let granted = line[..<on.lowerBound].dropFirst("GRANT ".count).split(separator: ", ").map(String.init)
            guard granted.contains("ALL PRIVILEGES") else { return names.formUnion(granted) }
            names.formUnion(Self.needed.union(Self.structural).subtracting(place == "*.*" ? [] : [Self.superuser]))
        }
    }
}
