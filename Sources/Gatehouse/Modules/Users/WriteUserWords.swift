import Database

/// Writes the words of accounts that were inserted by SQL: seeds, imports, and accounts from before words existed.
struct WriteUserWords: Job {
    static let kind = "users.write_words"

    /// Seconds from one run to the next.
    static let interval = 300

    var subjects: [JobSubject] { [] }

    func run(_ context: JobContext) throws {
        try context.inBatches(of: 100) { limit, db in
            let users = try UserRepository.lockWithoutWords(limit: limit, in: db)
            for user in users { try UserRepository.writeWords(of: user, in: db) }
            return users.count
        }
    }
}
