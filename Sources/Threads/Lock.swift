import Glibc

/// State that threads share without waiting for changes: a mutex and the value that it protects.
///
/// `Synchronization.Mutex` would do the same, but uses the kernel's futex directly, which ThreadSanitizer does not see,
/// so it reports races on the protected state. It supports the mutex of pthreads.
public struct Lock<State>: ~Copyable, @unchecked Sendable {
    @usableFromInline let mutex: PlainMutex
    // Separately allocated, so it has one address for all holders of the lock.
    @usableFromInline let state: UnsafeMutablePointer<State>

    /// Makes a lock around a first value.
    @inlinable
    public init(_ state: sending State) {
        mutex = PlainMutex()
        self.state = .allocate(capacity: 1)
        self.state.initialize(to: state)
    }

    @inlinable
    deinit {
        state.deinitialize(count: 1)
        state.deallocate()
        mutex.deallocate()
    }

    /// Reads or changes the state exclusively. The closure must not take the same lock again.
    @inlinable
    public func withLock<Result: ~Copyable, Failure: Error>(
        _ body: (inout State) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        mutex.lock()
        defer { mutex.unlock() }
        return try body(&state.pointee)
    }
}

/// A mutex of pthreads at a fixed address.
@usableFromInline
struct PlainMutex {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>

    @usableFromInline
    init() {
        mutex = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
    }

    @usableFromInline
    func lock() {
        pthread_mutex_lock(mutex)
    }

    @usableFromInline
    func unlock() {
        pthread_mutex_unlock(mutex)
    }

    @usableFromInline
    func deallocate() {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }
}
