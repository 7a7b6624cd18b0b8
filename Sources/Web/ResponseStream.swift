/// Sends an answer while it is made, so even a long answer only needs the memory of one chunk.
///
/// The transport lends one to the handler for each request. An answer that fits into the first chunk is not sent but
/// returned like any other, so a failure until then becomes an error response. A later failure ends the connection, so
/// the caller sees that the answer is incomplete.
package final class ResponseStream {
    /// The number of bytes that are collected before they are sent.
    package static let chunkSize = 64 << 10

    /// The caller has gone or reads nothing, or the answer has taken too long.
    package struct Broken: Error {
        /// Makes the error.
        package init() {}
    }

    /// Status and header fields, once they are sent.
    package private(set) var head: Response?
    /// Whether all of the answer has been sent.
    package private(set) var isComplete = false

    /// Adds the fields that every answer has, just before they are sent.
    package var finish: (Response) -> Response = { $0 }
    /// Called after each chunk.
    package var didSend: () -> Void = {}

    private let isForHead: Bool
    private let sendHead: (Response) -> Bool
    private let sendChunk: ([UInt8]) -> Bool
    private var chunk: [UInt8] = []

    /// Makes the stream of one request.
    /// - Parameters:
    ///   - isForHead: the method is HEAD, so that no body is sent.
    ///   - sendHead: sends status and header fields; `false` if that failed.
    ///   - sendChunk: sends a part of the body; `false` if that failed.
    package init(
        isForHead: Bool, sendHead: @escaping (Response) -> Bool, sendChunk: @escaping ([UInt8]) -> Bool
    ) {
        self.isForHead = isForHead
        self.sendHead = sendHead
        self.sendChunk = sendChunk
    }

    /// Answers with the body that `make` writes. For HEAD, an error ends `make` after the first chunk.
    /// - Parameter head: status and header fields.
    /// - Returns: the whole answer if it fits into one chunk; else the head, which was sent with the body.
    /// - Throws: what `make` throws; `Broken`.
    package func answer(_ head: Response, _ make: (Body) throws -> Void) throws -> Response {
        do {
            try make(Body(stream: self, head: head))
            guard self.head != nil else {
                var whole = head
                whole.body = chunk
                return whole
            }
            if !chunk.isEmpty { try send(head) }
            isComplete = true
        } catch {
            guard isComplete else { throw error }
        }
        return self.head ?? head
    }

    /// The target to which the body is written.
    package struct Body {
        fileprivate let stream: ResponseStream
        fileprivate let head: Response

        /// Writes a part of the body.
        /// - Throws: `Broken`
        package func write(_ bytes: [UInt8]) throws {
            stream.chunk += bytes
            if stream.chunk.count >= chunkSize { try stream.send(head) }
        }
    }

    /// Sends the collected bytes, the first time after the head.
    private func send(_ head: Response) throws(Broken) {
        if self.head == nil {
            let head = finish(head)
            self.head = head
            guard sendHead(head) else { throw Broken() }
            isComplete = isForHead
        }
        guard !isComplete, sendChunk(chunk) else { throw Broken() }
        chunk.removeAll(keepingCapacity: true)
        didSend()
    }
}
