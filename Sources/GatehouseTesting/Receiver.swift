public import Web

/// The caller of a request whose answer may be sent while it is made.
public final class Receiver {
    /// How many bytes of bodies it takes before it goes away.
    private let limit: Int
    /// What was sent so far; `nil` where nothing was.
    public private(set) var received: Response?

    /// Makes a caller.
    /// - Parameter limit: after how many bytes it goes away.
    public init(limit: Int = .max) {
        self.limit = limit
    }

    /// The stream of its request.
    public func stream(isForHead: Bool = false) -> ResponseStream {
        ResponseStream(
            isForHead: isForHead,
            sendHead: { head in
                self.received = head
                return true
            },
            sendChunk: { chunk in
                self.received?.body += chunk
                return (self.received?.body.count ?? 0) <= self.limit
            })
    }
}
