import Database

extension Hook {
    /// Leaves a job behind, written in the transaction of the change. So it exists exactly when the change does, and
    /// may use the network. It refuses nothing.
    /// - Parameter job: the job; `nil` for none. Its kind is among the jobs of the module.
    public static func afterCommit<Subject: Event>(
        _ event: Subject.Type, _ job: @escaping @Sendable (Subject) -> (any Job)?
    ) -> Hook {
        Hook(event) { event, context in
            if let job = job(event) { try JobQueue.enqueue(job, in: context.db) }
        }
    }
}
