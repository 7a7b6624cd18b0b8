/// A value that is made once, on its first use, even if several threads need it at the same time.
public final class OnFirstUse<Value: Sendable>: Sendable {
    private let make: @Sendable () -> Value
    private let made = Lock<Value?>(nil)

    /// - Parameter make: makes the value. Other threads that need it wait meanwhile.
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
