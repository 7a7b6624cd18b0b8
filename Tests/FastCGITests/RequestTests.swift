import FastCGI
import Testing
import Web

@Suite struct RequestTests {
    @Test func aGetReachesTheHandlerWithItsParts() throws {
        let harness = try Harness()
        defer { harness.end() }
        let answer = try harness.connect().exchange(
            parameters("GET", "/a%20b?c=d?e", [("HTTP_X_REQUEST_ID", "7"), ("HTTP_ACCEPT", "*/*")]))
        #expect(answer.isComplete)
        #expect(answer.status == "Status: 200 OK")
        #expect(answer.output.contains("\r\nContent-Type: text/plain\r\n"))
        #expect(answer.output.contains("\r\nContent-Length: \(answer.body.utf8.count)\r\n"))
        #expect(answer.body == "GET /a%20b ?c=d?e [x-request-id=7,accept=*/*] 192.0.2.7 ")
    }

    @Test(arguments: [1, 7, 32_000]) func aBodyArrivesCompletelyHoweverItIsSplit(recordSize: Int) throws {
        let harness = try Harness()
        defer { harness.end() }
        let body = String(repeating: "0123456789", count: 2_000)
        let client = try harness.connect()
        let headers = [("CONTENT_LENGTH", "20000"), ("CONTENT_TYPE", "text/plain"), ("HTTP_X_LONG", body)]
        client.send(FrontServer.request(parameters("POST", "/", headers), body: body, recordSize: recordSize))
        let answer = client.readAnswer()
        #expect(answer.body == "POST / ? [content-type=text/plain,x-long=\(body)] 192.0.2.7 \(body)")
    }

    @Test func aKeptConnectionCarriesManyRequests() throws {
        let harness = try Harness(workers: 1)
        defer { harness.end() }
        let client = try harness.connect()
        for number in 1...100 {
            let text = "body \(number)"
            let answer = client.exchange(
                parameters("POST", "/\(number)", [("CONTENT_LENGTH", "\(text.utf8.count)")]), body: text,
                keep: true)
            #expect(answer.isComplete)
            #expect(answer.body == "POST /\(number) ? [] 192.0.2.7 \(text)")
        }
    }

    @Test func doubledFieldsStayDoubledAndProxyIsRemoved() throws {
        let harness = try Harness()
        defer { harness.end() }
        let answer = try harness.connect().exchange(
            parameters(
                "GET", "/",
                [
                    ("HTTP_AUTHORIZATION", "Bearer a"), ("HTTP_PROXY", "evil:1"),
                    ("HTTP_AUTHORIZATION", "Bearer b"),
                    ("CONTENT_TYPE", "a/b"), ("HTTP_CONTENT_TYPE", "a/b"), ("HTTP_CONTENT_LENGTH", ""),
                    ("HTTP_CONTENT_TYPE", "\t c/d\t"),
                ]))
        let fields = "authorization=Bearer a,authorization=Bearer b,content-type=a/b,content-type=c/d"
        #expect(answer.body == "GET / ? [\(fields)] 192.0.2.7 ")
    }

    @Test(arguments: [
        [("REQUEST_URI", "/"), ("REMOTE_ADDR", "::1")],
        [("REQUEST_METHOD", "GET"), ("REMOTE_ADDR", "::1")],
        [("REQUEST_METHOD", "GET"), ("REQUEST_URI", "/")],
        parameters("G T", "/"),
        parameters("GET", "http://host/"),
        parameters("GET", "/a b"),
        parameters("GET", "/\u{E9}"),
        parameters("GET", "/", [("HTTP_X", "a\nb")]),
        parameters("GET", "/", [("HTTP_X", "a\u{1}b")]),
        parameters("GET", "/", [("HTTP_X", "a\rb")]),
        parameters("GET", "/", [("HTTP_", "a")]),
        parameters("GET", "/", [("HTTP_A B", "c")]),
        parameters("GET", "/", [("HTTP_COO\u{212A}IE", "a=b")]),
        parameters("POST", "/", [("CONTENT_LENGTH", "-1")]),
        parameters("POST", "/", [("CONTENT_LENGTH", "+1")]),
        parameters("POST", "/", [("CONTENT_LENGTH", "1x")]),
    ])
    func aMalformedRequestIsRefused(parameters: [(String, String)]) throws {
        let harness = try Harness()
        defer { harness.end() }
        let answer = try harness.connect().exchange(parameters)
        #expect(answer.isComplete)
        #expect(answer.status == "Status: 400 Bad Request")
        #expect(answer.body == "refused unread")
    }

    @Test func anUnannouncedBodyIsRefused() throws {
        let harness = try Harness()
        defer { harness.end() }
        let client = try harness.connect()
        let answer = client.exchange(parameters("POST", "/x"), body: "surprise", keep: true)
        #expect(answer.status == "Status: 400 Bad Request")
        #expect(answer.body == "refused /x")
        #expect(client.readsEnd())
    }

    @Test(arguments: ["101", "99999999999999999999999999"])
    func aBodyOverTheLimitIsRefusedUnreadAndEndsTheConnection(length: String) throws {
        let harness = try Harness(bodyLimit: 100)
        defer { harness.end() }
        let client = try harness.connect()
        let body = String(repeating: "x", count: 101)
        let answer = client.exchange(
            parameters("POST", "/x", [("CONTENT_LENGTH", length)]), body: body, keep: true)
        #expect(answer.isComplete)
        #expect(answer.status.hasPrefix("Status: 413 "))
        #expect(answer.body == "refused /x")
        #expect(client.readsEnd())
        let next = try harness.connect().exchange(
            parameters("POST", "/", [("CONTENT_LENGTH", "100")]), body: String(body.dropLast()))
        #expect(next.status == "Status: 200 OK")
    }

    @Test(arguments: [1, 100_000, 3_000_000])
    func aBodyThatTheHandlerLeavesUnreadEndsTheConnectionAfterTheAnswer(length: Int) throws {
        let harness = try Harness(workers: 1, bodyLimit: nil)
        defer { harness.end() }
        let client = try harness.connect()
        let body = String(repeating: "x", count: length)
        let answer = client.exchange(
            parameters("POST", "/x", [("CONTENT_LENGTH", "\(length)")]), body: body, keep: true)
        #expect(answer.isComplete)
        #expect(answer.status == "Status: 200 OK")
        #expect(client.readsEnd())
        #expect(try harness.connect().exchange(parameters("GET", "/")).status == "Status: 200 OK")
    }

    @Test func aBodyLongerThanAnnouncedIsRefused() throws {
        let harness = try Harness()
        defer { harness.end() }
        let client = try harness.connect()
        let answer = client.exchange(parameters("POST", "/x", [("CONTENT_LENGTH", "3")]), body: "1234", keep: true)
        #expect(answer.status == "Status: 400 Bad Request")
        #expect(client.readsEnd())
    }

    @Test func textAfterANullByteIsIgnored() throws {
        let harness = try Harness()
        defer { harness.end() }
        let answer = try harness.connect().exchange(
            parameters("GET", "/", [("HTTP_X", "a\0\r\nHTTP_Y: b"), ("HTTP_Z", "c")]))
        #expect(answer.body == "GET / ? [x=a,z=c] 192.0.2.7 ")
    }

    @Test func tenThousandFieldsAreAcceptedWithinTheLimit() throws {
        let harness = try Harness(limits: Limits(maximumParameterBytes: 100_000))
        defer { harness.end() }
        let fields = [(String, String)](repeating: ("HTTP_A", "b"), count: 10_000)
        let answer = try harness.connect().exchange(parameters("GET", "/", fields))
        #expect(answer.body == "GET / ? [\(fields.map { _ in "a=b" }.joined(separator: ","))] 192.0.2.7 ")
        let refused = try harness.connect().exchange(parameters("GET", "/", fields + fields))
        #expect(refused.status.hasPrefix("Status: 431 "))
    }

    @Test func parametersOverTheLimitAreRefused() throws {
        let harness = try Harness(limits: Limits(maximumParameterBytes: 1_000))
        defer { harness.end() }
        let large = String(repeating: "x", count: 3_000_000)
        let answer = try harness.connect().exchange(parameters("GET", "/", [("HTTP_X", large)]))
        #expect(answer.isComplete)
        #expect(answer.status.hasPrefix("Status: 431 "))
    }
}
