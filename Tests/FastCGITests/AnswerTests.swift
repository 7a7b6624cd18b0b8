import FastCGI
import Testing
import Threads
import Web

@Suite struct AnswerTests {
    @Test func aHeadAnswerHasTheLengthAndNoBody() throws {
        let harness = try Harness { _ in Response(status: .ok, body: Array("12345".utf8)) }
        defer { harness.end() }
        let answer = try harness.connect().exchange(parameters("HEAD", "/"))
        #expect(answer.isComplete)
        #expect(answer.output == "Status: 200 OK\r\nContent-Length: 5\r\n\r\n")
    }

    @Test(arguments: HTTPStatus.allCases) func everyStatusHasItsReasonPhrase(status: HTTPStatus) throws {
        let harness = try Harness { _ in Response(status: status, headers: [.eTag: "\"1\""], body: Array("123".utf8)) }
        defer { harness.end() }
        let head = "Status: \(status.code) \(status.reasonPhrase)\r\nETag: \"1\"\r\n"
        let hasContent = status != .noContent && status != .notModified
        let client = try harness.connect()
        for method in ["GET", "HEAD"] {
            let rest = hasContent ? "Content-Length: 3\r\n\r\n" + (method == "GET" ? "123" : "") : "\r\n"
            let answer = client.exchange(parameters(method, "/"), keep: true)
            #expect(answer.isComplete)
            #expect(answer.output == head + rest)
        }
    }

    @Test(arguments: [HTTPStatus.noContent, .notModified])
    func anAnswerWithoutContentHasNeitherLengthNorBody(status: HTTPStatus) throws {
        let harness = try Harness { _ in Response(status: status, headers: [.eTag: "\"1\""]) }
        defer { harness.end() }
        let answer = try harness.connect().exchange(parameters("GET", "/"))
        #expect(answer.isComplete)
        #expect(answer.output == "Status: \(status.code) \(status.reasonPhrase)\r\nETag: \"1\"\r\n\r\n")
    }

    @Test func aLargeBodyIsWrittenCompletely() throws {
        let body = [UInt8](repeating: UInt8(ascii: "z"), count: 3 << 20)
        let harness = try Harness { _ in Response(status: .ok, body: body) }
        defer { harness.end() }
        let answer = try harness.connect().exchange(parameters("GET", "/"))
        #expect(answer.isComplete)
        #expect(answer.body.utf8.count == body.count)
    }

    @Test func aClientThatLeavesBeforeItsAnswerDoesNoHarm() throws {
        let body = [UInt8](repeating: 0, count: 3 << 20)
        let handled = Monitor(0)
        let harness = try Harness(workers: 1) { request in
            handled.update { $0 += 1 }
            return request.path == "/large" ? Response(status: .ok, body: body) : echo(request)
        }
        defer { harness.end() }
        for number in 1...5 {
            try harness.connect().send(FrontServer.request(parameters("GET", "/large")))
            #expect(handled.wait(atMost: .seconds(30)) { $0 == number ? true : nil } == true)
        }
        #expect(try harness.connect().exchange(parameters("GET", "/")).status == "Status: 200 OK")
    }

    @Test func aClientThatReadsNothingFreesItsWorkerInTime() throws {
        let body = [UInt8](repeating: 0, count: 3 << 20)
        let handled = Monitor(0)
        let harness = try Harness(workers: 1, limits: Limits(silence: .milliseconds(100))) { request in
            handled.update { $0 += 1 }
            return request.path == "/large" ? Response(status: .ok, body: body) : echo(request)
        }
        defer { harness.end() }
        let stuck = try harness.connect()
        stuck.send(FrontServer.request(parameters("GET", "/large")))
        #expect(handled.wait(atMost: .seconds(30)) { $0 == 1 ? true : nil } == true)
        #expect(try harness.connect().exchange(parameters("GET", "/")).status == "Status: 200 OK")
        #expect(!stuck.readAnswer().isComplete)
    }
}
