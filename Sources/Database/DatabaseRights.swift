/// The rights of an account on a database, read from SHOW GRANTS. No other view of the server includes the rights of
/// roles; but its lines also contain the hash of the password, so they are never shown.
package struct DatabaseRights {
    /// The rights that the program needs.
    package static let needed: Set = ["SELECT", "INSERT", "UPDATE", "DELETE"]
    /// The rights to change the structure, or to bypass all rights.
    package static let structural: Set = [
        "CREATE", "ALTER", "DROP", "INDEX", "REFERENCES", "TRIGGER", "CREATE VIEW", superuser,
    ]
    /// The right that can only be given for all databases.
    private static let superuser = "SUPER"

    /// The rights, by their names in GRANT.
    package let names: Set<String>

    /// Whether the account has the rights of a server's administrator.
    package var isSuperuser: Bool { names.contains(Self.superuser) }

    /// Reads the lines of SHOW GRANTS, such as ``GRANT SELECT, INSERT ON `gatehouse`.* TO `gatehouse`@`localhost` ``.
    package init(grants: [String], database: String) {
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
