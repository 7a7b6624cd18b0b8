/// API keys, of a user or of an organization.
struct APIKeys: Module {
    static let tables = ["api_keys"]
    static let auditActions: [AuditAction] = [.apiKeysRevoked]
    static let events: [any Event.Type] = [APIKeyCreated.self, APIKeyRotated.self, APIKeyRevoked.self]
    static let hooks: [Hook] = [
        .afterCommit(APIKeyCreated.self) { SendAPIKeyNotice($0.key.row, by: $0.user.id, isReplaced: false) },
        .afterCommit(APIKeyRotated.self) { SendAPIKeyNotice($0.key.row, by: $0.user.id, isReplaced: true) },
    ]
    static let jobs: [any Job.Type] = [SendAPIKeyNotice.self]
    static let exportSections = [
        ExportSection("apiKeys", "Without their secrets, of which only hashes are stored.") { subject, last in
            try APIKeyRepository.exported(
                of: subject.user.id, after: last?.id, limit: ExportSection.batch, in: subject.db)
        }
    ]
    static let expiredRows = [
        ExpiredRows("apiKeys") { limit, db in try APIKeyRepository.purge(limit: limit, in: db) }
    ]

    let service: APIKeyService
    let catalogue: PermissionCatalogue
    let hooks: Hooks

    init(_ services: Services) {
        catalogue = services.modules.permissions
        hooks = services.hooks
        service = APIKeyService(lists: services.lists, roles: RoleRepository(catalogue: catalogue), hooks: hooks)
    }
}
