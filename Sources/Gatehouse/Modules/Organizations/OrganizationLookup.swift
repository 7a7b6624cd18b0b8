import Database

/// What other modules' statements ask of an organization without joining its row, as subqueries.
enum OrganizationLookup {
    /// The public id of the organization whose internal id a column has. A statement that locks rows then locks no
    /// organization.
    static func publicID(of column: SQL) -> SQL {
        "(SELECT public_id FROM organizations WHERE organizations.id = \(column))"
    }
}
