import Glibc

/// State that threads share and nobody waits on: a mutex and the value it protects.
///
/// `Synchronization.Mutex` would do the same, but waits by the futex of the kernel itself, which ThreadSanitizer does
/// not see: it takes what such a mutex guards for a race. It knows the mutex of pthreads.
public struct Lock<State>: ~Copyable, @unchecked Sendable {
    @usableFromInline let mutex: PlainMutex
    // Of its own, so that it has one address, whoever holds the lock by which path.
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

    /// Reads or changes the state, while no other thread does. The closure must not ask for the same lock again.
    @inlinable
    public func withLock<Result: ~Copyable, Failure: Error>(
        _ body: (inout State) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        mutex.lock()
        defer { mutex.unlock() }
        return try body(&state.pointee)
    }
}

/// A mutex of pthreads at an address of its own.
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
