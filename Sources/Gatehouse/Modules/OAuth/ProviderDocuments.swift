import Database
import FoundationEssentials
import Web

/// The discovery documents and key sets of providers. They are kept in the database, for all processes and across
/// restarts, so a provider that is away for a while can be asked again at once, and its absence costs others nothing.
enum ProviderDocuments {
    /// What is kept of a provider.
    enum Kind: String, SQLValue {
        case discovery, keys
    }

    /// The time for which a document counts as current, in seconds.
    static let lifetime = 3600
    /// The time for which a document serves while the provider is away, in seconds.
    static let longestUse = 86_400
    /// The shortest time between two attempts to renew a document, in seconds.
    static let pause = 60

    /// Reads a document.
    /// - Parameters:
    ///   - isOutdated: whether a document is known to be outdated, and must be renewed if that was not tried just now.
    ///   - fetch: requests the document, and refuses one that is not acceptable.
    ///   - read: reads an acceptable document.
    /// - Throws: what `fetch` and `read` throw if no earlier document can serve.
    static func get<Value>(
        _ kind: Kind, of provider: Provider, at url: String, isOutdated: Bool = false, in db: Connection,
        fetch: () throws -> JSON, read: (JSON) throws(ProviderFailure) -> Value
    ) throws -> Value {
        let stored = try ProviderDocumentRepository.find(kind, of: provider.id, at: url, in: db)
        let earlier = stored.flatMap { document in
            (try? JSON(parsing: Array(document.content.utf8))).flatMap { try? read($0) }
        }
        if let stored, let earlier {
            if stored.isCurrent, !isOutdated { return earlier }
            // Only one process renews it; the others go on with the earlier one.
            guard try ProviderDocumentRepository.claim(kind, of: provider.id, in: db) else { return earlier }
        }
        do {
            let json = try fetch()
            let value = try read(json)
            try ProviderDocumentRepository.store(
                String(decoding: json.text(), as: UTF8.self), kind, of: provider.id, at: url, in: db)
            return value
        } catch let failure as ProviderFailure {
            guard let earlier else { throw failure }
            return earlier
        }
    }
}

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
