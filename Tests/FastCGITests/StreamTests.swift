import FastCGI
import Testing
import Threads
import Web

@Suite struct StreamTests {
    private static let chunk = [UInt8](repeating: UInt8(ascii: "z"), count: ResponseStream.chunkSize)

    @Test func `an answer is sent in chunks, without a length, and its connection is kept`() throws {
        let harness = try Harness(stream: { body in for _ in 0..<50 { try body.write(Self.chunk) } })
        defer { harness.end() }
        let connection = try harness.connect()
        for _ in 0..<2 {
            let answer = connection.exchange(parameters("GET", "/stream"), keep: true)
            #expect(answer.isComplete)
            #expect(answer.output.hasPrefix("Status: 200 OK\r\n\r\nzzz"))
            #expect(answer.body.utf8.count == 50 * Self.chunk.count)
        }
    }

    @Test func `an answer shorter than a chunk is sent like any other`() throws {
        let harness = try Harness(stream: { body in try body.write(Array("12345".utf8)) })
        defer { harness.end() }
        let answer = try harness.connect().exchange(parameters("GET", "/stream"))
        #expect(answer.output == "Status: 200 OK\r\nContent-Length: 5\r\n\r\n12345")
        let bare = try harness.connect().exchange(parameters("HEAD", "/stream"))
        #expect(bare.output == "Status: 200 OK\r\nContent-Length: 5\r\n\r\n")
    }

    @Test func `HEAD of a long answer makes one chunk and sends none`() throws {
        let written = Monitor(0)
        let harness = try Harness(stream: { body in
            for _ in 0..<50 {
                written.update { $0 += 1 }
                try body.write(Self.chunk)
            }
        })
        defer { harness.end() }
        let answer = try harness.connect().exchange(parameters("HEAD", "/stream"))
        #expect(answer.isComplete)
        #expect(answer.output == "Status: 200 OK\r\n\r\n")
        #expect(written.update { $0 } == 1)
    }

    @Test func `an answer that fails before its first chunk becomes an error`() throws {
        let harness = try Harness(stream: { body in
            try body.write(Array("12345".utf8))
            throw ResponseStream.Broken()
        })
        defer { harness.end() }
        let answer = try harness.connect().exchange(parameters("GET", "/stream"))
        #expect(answer.isComplete)
        #expect(answer.status == "Status: 503 Service Unavailable")
    }

    @Test func `an answer that fails halfway ends its connection and is incomplete`() throws {
        let harness = try Harness(stream: { body in
            try body.write(Self.chunk)
            throw ResponseStream.Broken()
        })
        defer { harness.end() }
        let connection = try harness.connect()
        let answer = connection.exchange(parameters("GET", "/stream"), keep: true)
        #expect(!answer.isComplete)
        #expect(answer.status == "Status: 200 OK")
        #expect(try harness.connect().exchange(parameters("GET", "/")).status == "Status: 200 OK")
    }

    @Test func `an answer is broken off when the caller goes away or reads nothing`() throws {
        let ended = Monitor(0)
        let limits = Limits(silence: .milliseconds(100))
        let harness = try Harness(
            workers: 1, limits: limits,
            stream: { body in
                defer { ended.update { $0 += 1 } }
                while true { try body.write(Self.chunk) }
            })
        defer { harness.end() }
        let stuck = try harness.connect()
        stuck.send(FrontServer.request(parameters("GET", "/stream")))
        #expect(ended.wait(atMost: .seconds(30)) { $0 == 1 ? true : nil } == true)
        try harness.connect().send(FrontServer.request(parameters("GET", "/stream")))
        #expect(ended.wait(atMost: .seconds(30)) { $0 == 2 ? true : nil } == true)
        #expect(try harness.connect().exchange(parameters("GET", "/")).status == "Status: 200 OK")
    }

    @Test func `an answer that takes too long is broken off, sooner after a stop`() throws {
        let first = Monitor(0)
        let endless: @Sendable (ResponseStream.Body) throws -> Void = { body in
            while true {
                try body.write(Self.chunk)
                first.update { $0 += 1 }
            }
        }
        let short = try Harness(limits: Limits(longestStream: .milliseconds(50)), stream: endless)
        #expect(try !short.connect().exchange(parameters("GET", "/stream")).isComplete)
        short.end()
        let stopped = try Harness(limits: Limits(longestStreamWhenStopping: .milliseconds(50)), stream: endless)
        let sent = first.update { $0 }
        let reader = try Threads.Thread(name: "reader") {
            let answer = try? stopped.connect().exchange(parameters("GET", "/stream"))
            #expect(answer?.isComplete == false)
        }
        #expect(first.wait(atMost: .seconds(30)) { $0 > sent ? true : nil } == true)
        stopped.end()
        reader.join()
    }

    @Test func `the time after a stop counts from the stop, not from the next chunk`() throws {
        let (begun, stopped) = (Monitor(false), Monitor(false))
        let limit = Duration.milliseconds(20)
        let harness = try Harness(
            limits: Limits(longestStreamWhenStopping: limit),
            stream: { body in
                try body.write(Self.chunk)
                begun.update { $0 = true }
                // By then the time is over.
                stopped.wait { $0 ? () : nil }
                try body.write(Self.chunk)
            })
        let connection = try harness.connect()
        connection.send(FrontServer.request(parameters("GET", "/stream")))
        begun.wait { $0 ? () : nil }
        harness.server.drain()
        let end = ContinuousClock.now + limit
        while ContinuousClock.now <= end {}
        stopped.update { $0 = true }
        #expect(!connection.readAnswer().isComplete)
        harness.end()
    }
}
