import Testing

@testable import Web

/// Forms that pages of others post, and answers that lead a browser elsewhere.
@Suite struct FormTests {
    private struct Posted: RequestInput {
        let state: String?
        let code: String?
        let page: String?

        init(from input: inout Input) {
            input.ignoreOthers()
            state = input.form("state", .text(1...10))
            code = input.form("code", .text(1...10))
            page = input.query("page", .text(1...10))
        }
    }

    private struct Strict: RequestInput {
        let state: String?

        init(from input: inout Input) {
            state = input.form("state", .text(1...10))
        }
    }

    private func read<Value: RequestInput>(
        _ type: Value.Type, _ body: String, _ target: String = "/"
    ) throws(APIError) -> Value {
        let request = Request(method: .post, target: target, body: Array(body.utf8))
        return try Input.read(InputReader(type), from: request, path: [:], body: .form)
    }

    @Test func `a form is read like a query`() throws {
        let posted = try read(Posted.self, "state=a%20b+c&code=%C3%BC&other=1&other=2", "/?page=x&y=1")
        #expect(posted.state == "a b c" && posted.code == "ü" && posted.page == "x")
        #expect(try read(Posted.self, "").state == nil)
    }

    @Test func `faults of a form are faults of its fields`() {
        for (body, fault) in [
            ("state=", ("state", "too_short")), ("state=12345678901", ("state", "too_long")),
            ("state=a&state=b", ("state", "repeated")), ("state=%ff", ("", "encoding")), ("state=%0", ("", "encoding")),
            ("state=%00", ("", "encoding")),
        ] {
            let error = #expect(throws: APIError.self, "\(body)") { try read(Posted.self, body) }
            #expect(error?.details.map(\.field) == [fault.0] && error?.details.map(\.code) == [fault.1], "\(body)")
        }
        #expect(throws: APIError.self) {
            let request = Request(method: .post, target: "/", body: [0xff])
            _ = try Input.read(InputReader(Posted.self), from: request, path: [:], body: .form)
        }
    }

    private struct Foreign: RequestInput {
        let state: String?
        let code: String?
        let page: String?

        init(from input: inout Input) {
            input.ignoreOthers()
            state = input.form("state", .text(1...10))
            code = input.form("code", .text(1...10), faulty: "?")
            page = input.query("page", .text(1...10), faulty: "?")
        }
    }

    @Test(arguments: [
        ("", nil), ("code=a", "a"), ("code=", "?"), ("code=12345678901", "?"), ("code=a&code=a", "?"),
        ("code=%ff", "?"),
        ("code=%00&state=a", "?"), ("%ff=1&other=%0&code=a", "a"),
    ])
    func `a route may judge faulty fields of others itself`(body: String, code: String?) throws {
        #expect(try read(Foreign.self, body).code == code)
        let asQuery = body.replacing("code", with: "page")
        #expect(try read(Foreign.self, "", "/?\(asQuery)").page == code)
    }

    @Test func `its other fields are as strict as ever`() {
        for body in ["state=%ff", "state=a&state=b", "state="] {
            #expect(throws: APIError.self, "\(body)") { try read(Foreign.self, body + "&code=%ff") }
        }
    }

    @Test func `unknown fields are refused unless they are ignored`() throws {
        let error = #expect(throws: APIError.self) { try read(Strict.self, "state=a&other=1") }
        #expect(error?.details.map(\.code) == ["unknown"])
        #expect(try read(Strict.self, "state=a").state == "a")
    }

    private var route: GenericRoute<Context> {
        GenericRoute(
            .post, "/back", "Comes back", tag: "Tests", guard: .public, tier: .unlimited, input: Posted.self,
            returns: .seeOther("Leads on.")
        ) { _, _ in Answer(NoContent(), headers: [.location: "https://example.com/"]) }
    }

    @Test func `a route with a form takes no other body`() throws {
        func receive(_ type: String) throws -> [UInt8] {
            let headers: HTTPFields = [.contentType: type]
            return try route.receive(RequestBody([1]), of: Request(method: .post, target: "/back", headers: headers))
        }
        #expect(try receive("application/x-www-form-urlencoded") == [1])
        #expect(try receive("application/x-www-form-urlencoded; charset=utf-8") == [1])
        for type in ["application/json", "", "multipart/form-data"] {
            #expect(throws: APIError.self) { try receive(type) }
        }
    }

    @Test func `an answer that leads elsewhere has no body`() throws {
        let response = try route.respond(Request(method: .post, target: "/back"), [:], Context())
        #expect(response.status == .seeOther && response.body.isEmpty)
        #expect(response.headers[.location] == "https://example.com/" && !response.headers.contains(.contentType))
    }

    @Test func `the document shows the form and where the answer leads`() throws {
        let info = OpenAPI.Info(title: "T", version: "1", description: "", license: "Apache-2.0")
        let document = OpenAPI([route], info: info).document
        let operation = document["paths"]?["/back"]?["post"]
        #expect(operation?["x-ignores-other-parameters"] == true)
        let content = operation?["requestBody"]?["content"]
        #expect(content?.members.map(\.name) == ["application/x-www-form-urlencoded"])
        let answer = operation?["responses"]?["303"]
        #expect(answer?["headers"]?["Location"] != nil && answer?["content"] == nil)
        #expect(operation?["responses"]?["415"] != nil)
    }
}
