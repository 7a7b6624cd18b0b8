import Database

extension Hook {
    /// Enqueues a job in the transaction of the change, so it exists if and only if the change does. The job may use
    /// the network. The hook cannot refuse the change.
    /// - Parameter job: the job; `nil` for none. Its type must be among the jobs of the module.
    public static func afterCommit<Subject: Event>(
        _ event: Subject.Type, _ job: @escaping @Sendable (Subject) -> (any Job)?
    ) -> Hook {
        Hook(event) { event, context in
            if let job = job(event) { try JobQueue.enqueue(job, in: context.db) }
        }
    }
}
