/// A value that is made when it is first asked for, once, however many threads ask at the same time.
public final class OnFirstUse<Value: Sendable>: Sendable {
    private let make: @Sendable () -> Value
    private let made = Lock<Value?>(nil)

    /// - Parameter make: makes the value. The threads that ask meanwhile wait for it.
    public init(_ make: @escaping @Sendable () -> Value) {
        self.make = make
    }

    /// The value.
    public var value: Value {
        made.withLock { made in
            if let made { return made }
            let value = make()
            made = value
            return value
        }
    }
}
