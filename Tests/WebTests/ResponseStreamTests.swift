import Testing

@testable import Web

@Suite struct ResponseStreamTests {
    /// The output of a stream.
    private final class Sent {
        var heads: [Response] = []
        var chunks: [[UInt8]] = []
        /// How many chunks the caller accepts.
        var limit = Int.max

        func stream(isForHead: Bool = false) -> ResponseStream {
            ResponseStream(
                isForHead: isForHead,
                sendHead: {
                    self.heads.append($0)
                    return true
                },
                sendChunk: {
                    self.chunks.append($0)
                    return self.chunks.count <= self.limit
                })
        }
    }

    private let head = Response(status: .ok, headers: [.contentType: "text/plain"])
    private let part = [UInt8](repeating: 7, count: 1000)

    @Test func `an answer that fits into a chunk is returned and not sent`() throws {
        let sent = Sent()
        let stream = sent.stream()
        let response = try stream.answer(head) { body in for _ in 0..<65 { try body.write(part) } }
        #expect(response.body.count == 65_000)
        #expect(response.headers == head.headers)
        #expect(stream.head == nil && sent.heads.isEmpty && sent.chunks.isEmpty)
    }

    @Test func `a longer answer is sent after its head, in chunks of bounded size`() throws {
        let sent = Sent()
        let stream = sent.stream()
        var chunks = 0
        stream.finish = { response in
            var response = response
            response.headers[.requestID] = "r1"
            return response
        }
        stream.didSend = { chunks += 1 }
        let response = try stream.answer(head) { body in for _ in 0..<200 { try body.write(part) } }
        #expect(sent.heads.map(\.headers) == [[.contentType: "text/plain", .requestID: "r1"]])
        #expect(sent.chunks.joined().count == 200_000)
        #expect(sent.chunks.allSatisfy { $0.count < ResponseStream.chunkSize + part.count })
        #expect(sent.chunks.count == 4 && chunks == 4)
        #expect(stream.isComplete && response.body.isEmpty)
    }

    @Test func `HEAD of a longer answer sends only the head`() throws {
        let sent = Sent()
        let stream = sent.stream(isForHead: true)
        var written = 0
        _ = try stream.answer(head) { body in
            for _ in 0..<200 {
                written += 1
                try body.write(part)
            }
        }
        #expect(sent.heads.count == 1 && sent.chunks.isEmpty)
        #expect(stream.isComplete)
        #expect(written == 66)
    }

    @Test func `only an error before the first chunk can still become an answer`() throws {
        struct Fault: Error {}
        for count in [10, 100] {
            let sent = Sent()
            let stream = sent.stream()
            #expect(throws: Fault.self) {
                _ = try stream.answer(head) { body in
                    for _ in 0..<count { try body.write(part) }
                    throw Fault()
                }
            }
            #expect(sent.heads.count == (count == 10 ? 0 : 1))
            #expect(!stream.isComplete)
        }
    }

    @Test func `a caller who accepts no more ends it`() {
        let sent = Sent()
        sent.limit = 2
        let stream = sent.stream()
        #expect(throws: ResponseStream.Broken.self) {
            _ = try stream.answer(head) { body in while true { try body.write(part) } }
        }
        #expect(sent.chunks.count == 3)
        #expect(!stream.isComplete)
    }

    @Test func `an object written member by member equals one made as a whole`() throws {
        let response = try Sent().stream().answer(headers: [.location: "/x"]) { object in
            try object.field("none", [[Int]]())
            var rest = [[1, 2], [], [3]][...]
            try object.field("numbers") { rest.popFirst() }
            try object.field("empty") { nil as [String]? }
            try object.field("text", "a\"b")
        }
        let whole: JSON = ["none": [], "numbers": [1, 2, 3], "empty": [], "text": "a\"b"]
        #expect(response.body == Response(Answer(whole), status: .ok).body)
        #expect(response.headers == [.contentType: "application/json", .location: "/x"])
    }
}
