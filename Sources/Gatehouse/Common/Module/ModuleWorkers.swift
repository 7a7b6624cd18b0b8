/// Threads that a module runs in each process, such as those that deliver webhooks. Each uses one session of the
/// database.
public struct ModuleWorkers: Sendable {
    /// The name of the threads.
    let name: String
    /// The number of threads.
    let count: @Sendable (DeclaredSettings) throws -> Int
    private let make: @Sendable (Services, Int) throws -> any BackgroundWork

    /// Describes threads.
    /// - Parameters:
    ///   - name: the name of the threads before their number; Linux keeps 15 bytes of both.
    ///   - count: reads the number of threads from the settings.
    ///   - make: makes their work from the services and the number of threads.
    public init(
        _ name: String, count: @escaping @Sendable (DeclaredSettings) throws -> Int,
        make: @escaping @Sendable (Services, _ count: Int) throws -> any BackgroundWork
    ) {
        self.name = name
        self.count = count
        self.make = make
    }

    /// Makes the threads, without starting them.
    func threads(_ services: Services) throws -> WorkerThreads {
        let count = max(0, try count(services.settings))
        return WorkerThreads(name, count: count, try make(services, count))
    }
}
