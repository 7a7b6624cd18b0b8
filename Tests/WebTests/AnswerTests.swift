import Testing

@testable import Web

@Suite struct AnswerTests {
    private func text(_ response: Response) -> String { String(decoding: response.body, as: UTF8.self) }

    @Test func `an answer is wrapped in data`() {
        let response = Response(Answer("x", headers: [.location: "/x"]), status: .created)
        #expect(response.status == .created)
        #expect(text(response) == #"{"data":"x"}"#)
        #expect(response.headers[.contentType] == "application/json")
        #expect(response.headers[.location] == "/x")
    }

    @Test func `what accompanies an answer is in meta`() {
        let response = Response(Answer([1, 2], meta: .part(limit: 2, next: "x")), status: .ok)
        #expect(
            text(response) == #"{"data":[1,2],"meta":{"limit":2,"nextCursor":"x","hasNextPage":true}}"#)
    }

    @Test func `an answer of 204 has neither body nor type`() {
        let response = Response(Answer(NoContent(), headers: [.setCookie: "a=b"]), status: .noContent)
        #expect(response.body.isEmpty)
        #expect(response.headers[.contentType] == nil)
        #expect(response.headers[.setCookie] == "a=b")
    }

    @Test func `an error has its envelope`() {
        let error = APIError(.validation, details: [Fault("a[1].b", "required", "Is required.")])
        let response = error.response(requestID: "r1")
        #expect(response.status == .badRequest)
        #expect(
            text(response) == """
                {"error":{"code":"VALIDATION_ERROR","message":"The request is not valid.","details":[{"field":"a[1].b",\
                "code":"required","message":"Is required."}],"requestId":"r1"}}
                """)
    }

    @Test func `an error has its own sentence and header fields`() {
        let response = APIError(.methodNotAllowed, "No.", headers: [.allow: "GET"]).response(requestID: "r1")
        #expect(response.status == .methodNotAllowed)
        #expect(response.headers[.allow] == "GET")
        #expect(text(response).contains(#""message":"No.","details":[]"#))
        #expect(APIError.retry(.overloaded, after: 7).response(requestID: "r").headers[.retryAfter] == "7")
    }

    @Test func `a route validates, handles and renders`() throws {
        struct Greeting: RequestInput {
            let name: String
            init(from input: inout Input) { name = input.required("name", .text(1...9)) }
        }
        let route = GenericRoute<Context>(
            .post, "/greetings", "Greet", tag: "Tests", guard: .public, tier: .unlimited, input: Greeting.self,
            returns: .created(String.self)
        ) { greeting, _ in Answer("Hello \(greeting.name)") }
        let response = try route.respond(request(json: #"{"name":"Ada"}"#), [:], Context())
        #expect(response.status == .created)
        #expect(text(response) == #"{"data":"Hello Ada"}"#)
        #expect(throws: APIError.self) { try route.respond(request(json: "{}"), [:], Context()) }
    }

    @Test func `a document is outside the envelope and can be answered with 304`() throws {
        let route = GenericRoute<Context>(document: "/keys", "The keys", tag: "Tests") { _, _ in
            var response = Response(json: ["keys": []])
            response.headers[.eTag] = EntityTag(opaque: "3").text
            return response
        }
        #expect(text(try route.respond(request(), [:], Context())) == #"{"keys":[]}"#)
        let again = request(.get, "/", headers: [.ifNoneMatch: "\"3\""])
        #expect(try route.respond(again, [:], Context()).status == .notModified)
        #expect(throws: APIError.self) { try route.respond(request(.get, "/?a=b"), [:], Context()) }
    }
}
