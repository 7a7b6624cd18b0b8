/// The one place where a thread waits for a library that only speaks `async`. The thread must be one of ours, or the main
/// thread: Swift's cooperative pool must not be blocked.
public enum Bridge {
    /// Runs an operation on the cooperative pool and waits for it.
    public static func wait<Value: Sendable>(_ operation: @escaping @Sendable () async -> Value) -> Value {
        let result = Monitor<Value?>(nil)
        Task.detached(priority: .userInitiated) {
            let value = await operation()
            result.update { $0 = value }
        }
        return result.wait { $0 }
    }

    /// The same for an operation that can fail.
    public static func wait<Value: Sendable>(
        _ operation: @escaping @Sendable () async throws -> Value
    ) throws -> Value {
        let result: Result<Value, any Error> = wait { () async -> Result<Value, any Error> in
            do { return .success(try await operation()) } catch { return .failure(error) }
        }
        return try result.get()
    }
}
