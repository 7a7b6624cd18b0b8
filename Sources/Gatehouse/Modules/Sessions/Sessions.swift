/// The sessions of the caller.
struct Sessions: Module {
    static let tables = ["sessions"]
    static let events: [any Event.Type] = [UserSignedIn.self, SessionEnded.self, AllSessionsEnded.self]
    static let exportSections = [
        ExportSection("sessions", "Including ended sessions until they are purged.") { subject, last in
            try SessionRepository.exported(
                of: subject.caller, after: last?.id, limit: ExportSection.batch, in: subject.db)
        }
    ]
    static let expiredRows = [
        ExpiredRows("sessions") { limit, db in try SessionRepository.purge(limit: limit, in: db) }
    ]

    let service: SessionService

    init(_ services: Services) {
        service = SessionService(lists: services.lists, hooks: services.hooks)
    }
}
