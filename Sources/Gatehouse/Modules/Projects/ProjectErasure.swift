import Database

/// Takes away the projects of an account or an organization that goes for good, some at a time, before its row. Left to
/// the foreign keys they would go in one statement, which of very many takes longer than the server may take to answer.
enum ProjectErasure {
    private static let batch = 1000

    /// Deletes projects of a tenant with their words; when a user has none left, takes the user from those made in
    /// organizations.
    /// - Returns: whether there can be more.
    static func eraseSome(of tenant: Tenant, in db: Connection) throws(DatabaseError) -> Bool {
        if try ProjectRepository.delete(of: tenant, limit: batch, in: db) == batch { return true }
        guard case .user(let id) = tenant else { return false }
        return try ProjectRepository.disown(id, limit: batch, in: db) == batch
    }
}
