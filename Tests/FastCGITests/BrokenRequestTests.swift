import FastCGI
import Testing
import Threads
import Web

@Suite struct BrokenRequestTests {
    @Test func aTruncatedBodyIsNeverHandled() throws {
        let handled = Monitor<[String]>([])
        let harness = try Harness(workers: 1) { request in
            handled.update { $0.append(request.path) }
            return echo(request)
        }
        defer { harness.end() }
        let announced = parameters("POST", "/truncated", [("CONTENT_LENGTH", "10")])

        let leaving = try harness.connect()
        leaving.send(
            FrontServer.begin(keep: false)
                + FrontServer.stream(.parameters, FrontServer.encoded(announced), 32_000)
                + FrontServer.record(.input, Array("12345".utf8)))
        leaving.endSending()
        #expect(leaving.readAnswer() == FrontServer.Answer())

        let ending = try harness.connect()
        #expect(ending.exchange(announced, body: "12345") == FrontServer.Answer())

        #expect(try harness.connect().exchange(parameters("GET", "/next")).status == "Status: 200 OK")
        #expect(handled.update { $0 } == ["/next"])
        #expect(harness.firstFault() == "dropped a request whose body ended after 5 of 10 bytes")
    }

    @Test func aHalfSentRequestFreesItsWorkerInTime() throws {
        let harness = try Harness(workers: 1, limits: Limits(silence: .milliseconds(100)))
        defer { harness.end() }
        let whole = FrontServer.request(parameters("POST", "/", [("CONTENT_LENGTH", "5")]), body: "12345")
        for count in [0, 3, 12, 40, whole.count - 12] {
            let stuck = try harness.connect()
            stuck.send(Array(whole.prefix(count)))
            #expect(stuck.readsEnd())
        }
        #expect(try harness.connect().exchange(parameters("GET", "/")).status == "Status: 200 OK")
    }

    @Test func garbageEndsItsConnectionOnly() throws {
        let harness = try Harness(workers: 1)
        defer { harness.end() }
        let begin = FrontServer.begin(keep: true)
        let malformed: [[UInt8]] = [
            [0xFF, 0, 0, 0],
            Array("GET / HTTP/1.1\r\nHost: example.com\r\n\r\n".utf8),
            [UInt8](repeating: 0, count: 4_096),
            FrontServer.record(.begin, [0, 9, 0, 0, 0, 0, 0, 0]),
            FrontServer.record(.begin, [0, 1]),
            FrontServer.record(.parameters, [1, 1, 65, 66]),
            FrontServer.record(.input, [1]),
            begin + FrontServer.record(.input, [1]),
            begin + FrontServer.stream(.parameters, [9, 9, 65], 32_000),
            begin + FrontServer.stream(.parameters, [0x80], 32_000),
            begin + FrontServer.record(.parameters, FrontServer.encoded(parameters("GET", "/"))),
        ]
        for bytes in malformed {
            let client = try harness.connect()
            client.send(bytes)
            client.endSending()
            #expect(client.readsEnd(), "\(bytes.prefix(16))")
        }
        #expect(try harness.connect().exchange(parameters("GET", "/")).status == "Status: 200 OK")
    }
}
