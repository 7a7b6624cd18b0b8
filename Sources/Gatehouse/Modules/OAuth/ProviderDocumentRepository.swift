import Database

/// All statements on the table `oauth_documents`.
enum ProviderDocumentRepository {
    struct Document: RowDecodable {
        let content: String
        /// Whether it need not be renewed.
        let isCurrent: Bool

        init(row: Row) throws(DatabaseError) {
            content = try row.decode("content")
            isCurrent = try row.decode("is_current")
        }
    }

    /// A document that can still serve.
    static func find(
        _ kind: ProviderDocuments.Kind, of provider: String, at url: String, in db: Connection
    ) throws(DatabaseError) -> Document? {
        try db.first(
            """
            SELECT content, fetched_at > NOW(6) - INTERVAL \(ProviderDocuments.lifetime) SECOND AS is_current
            FROM oauth_documents
            WHERE provider = \(provider) AND kind = \(kind) AND url = \(url) AND content IS NOT NULL
              AND fetched_at > NOW(6) - INTERVAL \(ProviderDocuments.longestUse) SECOND
            """)
    }

    /// Whether the caller shall renew a document: nobody has tried it within the pause.
    static func claim(
        _ kind: ProviderDocuments.Kind, of provider: String, in db: Connection
    ) throws(DatabaseError) -> Bool {
        try db.execute(
            """
            UPDATE oauth_documents SET tried_at = NOW(6)
            WHERE provider = \(provider) AND kind = \(kind)
              AND (tried_at IS NULL OR tried_at < NOW(6) - INTERVAL \(ProviderDocuments.pause) SECOND)
            """
        ).affectedRows == 1
    }

    static func store(
        _ content: String, _ kind: ProviderDocuments.Kind, of provider: String, at url: String, in db: Connection
    ) throws(DatabaseError) {
        try db.execute(
            """
            INSERT INTO oauth_documents (provider, kind, url, content, fetched_at, tried_at)
            VALUES (\(provider), \(kind), \(url), \(content), NOW(6), NOW(6))
            ON DUPLICATE KEY UPDATE url = VALUES(url), content = VALUES(content), fetched_at = NOW(6),
                                    tried_at = NOW(6)
            """)
    }
}
