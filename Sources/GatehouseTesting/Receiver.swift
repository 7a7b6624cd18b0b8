public import Web

/// The caller of a request whose answer may be sent while it is made.
public final class Receiver {
    /// The part that was sent so far; `nil` if nothing was.
    public private(set) var received: Response?
    /// The number of received chunks.
    public private(set) var chunks = 0
    /// Whether the received part is the whole answer.
    public internal(set) var isWhole = false
    private let takesMore: (Int) -> Bool

    /// Makes a caller.
    /// - Parameter takesMore: called after each chunk with the number of chunks; `false` disconnects.
    public init(takesMore: @escaping (Int) -> Bool = { _ in true }) {
        self.takesMore = takesMore
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
                self.chunks += 1
                return self.takesMore(self.chunks)
            })
    }
}
