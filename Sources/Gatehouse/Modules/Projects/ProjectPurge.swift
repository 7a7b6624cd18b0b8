import Database

/// Deletes projects for good once their time to be restored is over, a thousand at a time.
struct PurgeProjects: Job {
    static let kind = "projects.purge"

    /// Seconds from one run to the next.
    static let interval = 3600
    private static let batch = 1000

    var subjects: [JobSubject] { [] }

    func run(_ context: JobContext) throws {
        while try purge(context.db) == Self.batch { try context.checkStop() }
    }

    private func purge(_ db: Connection) throws -> Int {
        try db.transaction { db in
            let purged = try ProjectRepository.purge(limit: Self.batch, in: db)
            for project in purged { try Audit.record(.projectPurged, target: project, from: nil, in: db) }
            return purged.count
        }
    }
}
