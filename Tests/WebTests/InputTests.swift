import Testing

@testable import Web

private struct Profile: RequestInput {
    let name: String
    let age: Int?
    let note: String??
    let isPublic: Bool?

    init(from input: inout Input) {
        name = input.required("name", .text(1...5))
        age = input.optional("age", .integer(0...150))
        note = input.optional("note", Field<String>.text(0...5).nullable)
        isPublic = input.query("public", Field<Bool>.boolean)
        if name == "admin" { input.reject("name", Rejection("reserved", "Is reserved.")) }
    }
}

private struct Search: RequestInput {
    let text: String?
    let count: Int?
    let id: String

    init(from input: inout Input) {
        text = input.query("q", .text(1...20))
        count = input.query("count", .integer(1...100))
        id = input.path("id", .text(1...5))
    }
}

@Suite struct InputTests {
    private func profile(_ json: String, _ target: String = "/") throws -> Profile {
        try Input.read(Profile.self, from: request(.post, target, json: json), path: [:], body: .json)
    }

    private func search(_ query: String) throws -> Search {
        try Input.read(Search.self, from: request(.get, "/s/1?" + query), path: ["id": "1"], body: .none)
    }

    private func searchFaults(_ query: String) -> [String]? {
        error(reading: Search.self, from: request(.get, "/s/1?" + query), path: ["id": "1"])?.faults
    }

    @Test func `a route without a body accepts only an empty object`() throws {
        func read(_ json: String) throws {
            _ = try Input.read(NoInput.self, from: request(.post, "/", json: json), path: [:], body: .none)
        }
        try read("")
        try read("{}")
        for json in ["{\"a\":1}", "[]", "null", "{", "x"] { #expect(throws: APIError.self) { try read(json) } }
    }

    @Test func `an acceptable request is read`() throws {
        let value = try profile(#"{"name":"Zoë","age":7,"note":"hi"}"#, "/?public=true")
        #expect(value.name == "Zoë")
        #expect(value.age == 7)
        #expect(value.note == "hi")
        #expect(value.isPublic == true)
    }

    @Test func `absent and null are distinguished if null is allowed`() throws {
        #expect(try profile(#"{"name":"a"}"#).note == nil)
        #expect(try profile(#"{"name":"a","note":null}"#).note == .some(nil))
        #expect(try profile(#"{"name":"a","note":"b"}"#).note == .some("b"))
        let fault = error(reading: Profile.self, from: request(json: #"{"name":"a","age":null}"#))
        #expect(fault?.faults == ["age type"])
    }

    @Test func `every fault of body, query and path is reported at once`() throws {
        struct Everything: RequestInput {
            init(from input: inout Input) {
                _ = input.required("a", .text(1...2))
                _ = input.required("b", .text(1...2))
                _ = input.optional("c", .integer(1...2))
                _ = input.query("d", .integer(1...2))
                _ = input.path("id", .integer(1...2))
                input.reject("a", Rejection("contradiction", "Contradicts b."))
            }
        }
        let body = request(.post, "/x?d=9&d=1&e=1", json: #"{"a":"abc","c":"x","f":1}"#)
        let fault = try #require(error(reading: Everything.self, from: body, path: ["id": "z"]))
        #expect(fault.code == .validation)
        #expect(
            Set(fault.faults) == [
                "a too_long", "a contradiction", "b required", "c type", "d range", "d repeated", "e unknown",
                "f unknown", "id type",
            ])
        #expect(fault.faults.count == 9)
    }

    @Test func `a rule about several fields is checked in the initializer`() {
        #expect(error(reading: Profile.self, from: request(json: #"{"name":"admin"}"#))?.faults == ["name reserved"])
    }

    @Test func `names of fields are exact`() {
        let fault = error(reading: Profile.self, from: request(json: #"{"Name":"a","name ":"a"}"#))
        #expect(fault?.faults == ["name required", "Name unknown", "name  unknown"])
    }

    /// U+212A is canonically equivalent to K.
    @Test func `names of fields and parameters are compared by their bytes`() {
        struct Named: RequestInput {
            init(from input: inout Input) {
                _ = input.required("K", .text(1...2))
                _ = input.query("K", .text(1...2))
            }
        }
        let fault = error(reading: Named.self, from: request(.post, "/?%E2%84%AA=a&K=a", json: "{\"\u{212A}\":\"a\"}"))
        #expect(fault?.faults == ["K required", "\u{212A} unknown", "\u{212A} unknown"])
        #expect(fault?.details.map { $0.field.utf8.count } == [1, 3, 3])
    }

    /// U+037E is canonically equivalent to a semicolon, and a mark forms one character with what precedes it.
    @Test func `a query is split at bytes`() throws {
        #expect(try search("q=a%CC%81&count=7").count == 7)
        let raw = request(.get, "/s/1?q=\u{301}a&\u{301}")
        #expect(error(reading: Search.self, from: raw, path: ["id": "1"])?.faults == ["\u{301} unknown"])
    }

    @Test func `an input that takes nothing refuses everything`() {
        #expect(error(reading: NoInput.self, from: request()) == nil)
        #expect(error(reading: NoInput.self, from: request(json: "{}")) == nil)
        #expect(error(reading: NoInput.self, from: request(json: #"{"a":1}"#))?.faults == ["a unknown"])
        #expect(error(reading: NoInput.self, from: request(.get, "/?a"))?.faults == ["a unknown"])
    }

    @Test func `a hundred thousand faults are reported as a hundred`() throws {
        let members = (0..<100_000).map { "\"n\($0)\":0" }.joined(separator: ",")
        let fault = try #require(error(reading: NoInput.self, from: request(json: "{\(members)}")))
        #expect(fault.details.count == 100)
        #expect(fault.faults.first == "n0 unknown")
    }

    // MARK: The body

    @Test func `an empty body needs no type and is an object without members`() {
        #expect(error(reading: Profile.self, from: request(.post))?.faults == ["name required"])
        #expect(error(reading: Profile.self, from: request(json: "", type: "text/plain"))?.faults == ["name required"])
        #expect(error(reading: Profile.self, from: request(json: "{}"))?.faults == ["name required"])
    }

    @Test(arguments: ["[]", "null", "1", "\"a\"", "true", #"[{"name":"a"}]"#])
    func `a body that is not an object is at fault as a whole`(json: String) throws {
        let fault = try #require(error(reading: Profile.self, from: request(json: json)))
        #expect(fault.code == .validation)
        #expect(fault.faults == [" type"])
    }

    @Test(arguments: ["{", " ", #"{"name":"a","name":"b"}"#, #"{"name":"a\u0000"}"#, "{}x"])
    func `a body that is not JSON is malformed`(json: String) {
        #expect(error(reading: Profile.self, from: request(json: json))?.code == .malformedJSON)
    }

    @Test func `a malformed body is reported with its position`() {
        let fault = error(reading: Profile.self, from: request(json: "{\n\"name\": hunter2}"))
        #expect(fault?.message.hasPrefix("The body is not valid JSON (line 2, column ") == true)
        #expect(fault?.details.isEmpty == true)
    }

    // MARK: The query and the path

    @Test func `query parameters are decoded`() throws {
        #expect(try search("q=a+b%2B%C3%A9%26").text == "a b+é&")
        #expect(try search("&&count=7&").count == 7)
        #expect(try search("%71=x").text == "x")
        #expect(try search("q=a=b").text == "a=b")
        #expect(try search("").text == nil)
        #expect(try search("q=5").text == "5")
    }

    @Test(arguments: [
        ("count=0", ["count range"]), ("count=", ["count type"]), ("count=x", ["count type"]),
        ("count=1.5", ["count type"]), ("count=99999999999999999999", ["count type"]), ("count=%205", ["count type"]),
        ("q=", ["q too_short"]), ("q", ["q too_short"]), ("Q=a", ["Q unknown"]), ("=a", [" unknown"]),
        ("id=1", ["id unknown"]), ("q=a&q=a", ["q repeated"]), ("q=a&q=a&q=b", ["q repeated", "q repeated"]),
        ("z=1&z=2", ["z unknown", "z unknown"]), ("%71=a&q=b", ["q repeated"]),
    ])
    func `a fault in the query is reported by parameter`(query: String, faults: [String]) {
        #expect(searchFaults(query) == faults)
    }

    @Test(arguments: ["q=%", "q=%4", "q=%zz", "%=1", "q=%FF", "q=%00", "z=%C3", "q=%ED%A0%80", "q=%+1"])
    func `a query that is not percent-encoded UTF-8 is refused`(query: String) {
        #expect(searchFaults(query) == [" encoding"])
    }

    @Test(arguments: ["true": true, "false": false]) func `a boolean of the query is a word`(word: String, value: Bool)
        throws
    {
        #expect(try profile(#"{"name":"a"}"#, "/?public=\(word)").isPublic == value)
    }

    @Test(arguments: ["True", "1", "", "yes"]) func `nothing else is a boolean of the query`(word: String) {
        let body = request(.post, "/?public=\(word)", json: #"{"name":"a"}"#)
        #expect(error(reading: Profile.self, from: body)?.faults == ["public type"])
    }

    @Test func `a parameter of the path is checked like any field`() {
        #expect(error(reading: Search.self, from: request(), path: ["id": "123456"])?.faults == ["id too_long"])
        #expect(error(reading: Search.self, from: request(), path: [:])?.faults == ["id required"])
    }

    // MARK: The document

    @Test func `without a request the initializer declares its fields`() {
        let profile = Input.describe(Profile.self).declarations
        #expect(profile.map(\.name) == ["name", "age", "note", "public"])
        #expect(profile.map(\.place) == [.body, .body, .body, .query])
        #expect(profile.map(\.isRequired) == [true, false, false, false])
        #expect(profile.first?.schema == Field<String>.text(1...5).schema)
        #expect(Input.describe(Search.self).declarations.last?.place == .path)
        #expect(Input.describe(NoInput.self).declarations.isEmpty)
    }
}
