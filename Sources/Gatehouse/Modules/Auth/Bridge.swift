import Threads

/// The one place where a worker waits for a library that only speaks `async`. Workers are threads of their own, so waiting
/// takes none of the cooperative pool's.
enum Bridge {
    /// Runs an operation on the cooperative pool and waits for it.
    static func wait<Value: Sendable>(_ operation: @escaping @Sendable () async -> Value) -> Value {
        let result = Monitor<Value?>(nil)
        Task.detached(priority: .userInitiated) {
            let value = await operation()
            result.update { $0 = value }
        }
        return result.wait { $0 }
    }

    /// The same for an operation that can fail.
    static func wait<Value: Sendable>(_ operation: @escaping @Sendable () async throws -> Value) throws -> Value {
        let result: Result<Value, any Error> = wait { () async -> Result<Value, any Error> in
            do { return .success(try await operation()) } catch { return .failure(error) }
        }
        return try result.get()
    }
}
