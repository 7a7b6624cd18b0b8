package import Web

/// The caller of a request whose answer may be sent while it is made.
package final class Receiver {
    /// The part that was sent so far; `nil` if nothing was.
    package private(set) var received: Response?
    /// The number of received chunks.
    package private(set) var chunks = 0
    /// Whether the received part is the whole answer.
    package internal(set) var isWhole = false
    private let takesMore: (Int) -> Bool

    /// Makes a caller.
    /// - Parameter takesMore: called after each chunk with the number of chunks; `false` disconnects.
    package init(takesMore: @escaping (Int) -> Bool = { _ in true }) {
        self.takesMore = takesMore
    }

    /// The stream of its request.
    package func stream(isForHead: Bool = false) -> ResponseStream {
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
