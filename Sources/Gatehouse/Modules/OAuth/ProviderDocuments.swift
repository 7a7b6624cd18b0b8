import Database
import FoundationEssentials
import Logging
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
        log: Logger, fetch: () throws -> JSON, read: (JSON) throws(ProviderFailure) -> Value
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
            if case .refused(let reason) = failure {
                log.warning(
                    "a provider's document is not acceptable; the earlier one serves for a day at most",
                    metadata: [
                        "provider": "\(provider.id)", "document": "\(kind.rawValue)", "reason": "\(reason.rawValue)",
                    ])
            }
            return earlier
        }
    }
}
