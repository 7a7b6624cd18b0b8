import Database

/// Takes away the projects of an account or an organization that goes for good, some at a time, before its row. Left to
/// the foreign keys they would go in one statement, which of very many takes longer than the server may take to answer.
enum ProjectErasure {
    private static let batch = 1000

    /// Deletes projects of a tenant with their words.
    /// - Returns: whether there can be more.
    static func deleteSome(of tenant: Tenant, in db: Connection) throws(DatabaseError) -> Bool {
        try ProjectRepository.delete(of: tenant, limit: batch, in: db) == batch
    }

    /// Deletes projects of a user's own; when there are none left, takes the user from those made in organizations.
    /// - Returns: whether there can be more.
    static func eraseSome(of userID: UInt64, in db: Connection) throws(DatabaseError) -> Bool {
        if try deleteSome(of: .user(userID), in: db) { return true }
        return try ProjectRepository.disown(userID, limit: batch, in: db) == batch
    }
}
