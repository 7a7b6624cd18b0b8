import Glibc

/// A value for each thread, made on the thread's first use, and released when the thread ends.
///
/// Make one for the life of the program: values of threads that outlive it are never released.
public final class ThreadLocal<Value: AnyObject>: Sendable {
    /// `nil` if the system has no key left; then every call makes a value.
    private let key: pthread_key_t?
    private let make: @Sendable () -> Value

    /// - Parameter make: makes the value of one thread.
    public init(_ make: @escaping @Sendable () -> Value) {
        self.make = make
        var key = pthread_key_t()
        let status = pthread_key_create(&key) { value in
            if let value { Unmanaged<AnyObject>.fromOpaque(value).release() }
        }
        self.key = status == 0 ? key : nil
    }

    deinit {
        if let key { pthread_key_delete(key) }
    }

    /// The value of the calling thread.
    public var value: Value {
        guard let key else { return make() }
        if let held = pthread_getspecific(key) { return Unmanaged<Value>.fromOpaque(held).takeUnretainedValue() }
        let value = Unmanaged.passRetained(make())
        guard pthread_setspecific(key, value.toOpaque()) == 0 else { return value.takeRetainedValue() }
        return value.takeUnretainedValue()
    }
}
