public import Database

/// Subqueries about organizations for the statements of other modules, which do not join their rows.
public enum OrganizationLookup {
    /// The public id of the organization whose internal id a column has. A statement that locks rows then locks no
    /// organization.
    public static func publicID(of column: SQL) -> SQL {
        "(SELECT public_id FROM organizations WHERE organizations.id = \(column))"
    }
}
