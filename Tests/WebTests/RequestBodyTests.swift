import Testing

@testable import Web

@Suite struct RequestBodyTests {
    private struct Named: RequestInput {
        init(from input: inout Input) { _ = input.required("name", .text(1...10)) }
    }

    private static func route<Value: RequestInput>(
        _ type: Value.Type, _ tier: Context.Tier = .anonymous
    ) -> GenericRoute<Context> {
        GenericRoute(
            .post, "/things", "Does nothing", tag: "Tests", guard: .public, tier: tier, maximumBodyBytes: 100,
            input: type, returns: .noContent
        ) { _, _ in Answer(NoContent()) }
    }

    private let named = route(Named.self)

    /// The result of a body of this length: the error, and whether anything was received before it.
    private func error(
        _ length: Int, at route: GenericRoute<Context>, _ headers: HTTPFields = [.contentType: "application/json"]
    ) -> (error: APIError?, isReceived: Bool) {
        var isReceived = false
        let body = RequestBody(length: length) {
            isReceived = true
            return [UInt8](repeating: 0x20, count: length)
        }
        do {
            let bytes = try route.receive(body, of: Request(method: .post, target: "/things", headers: headers))
            #expect(bytes.count == length)
            return (nil, isReceived)
        } catch {
            return (error as? APIError, isReceived)
        }
    }

    private func refusal(_ headers: HTTPFields) -> APIError? {
        let (error, isReceived) = error(1, at: named, headers)
        #expect(isReceived == (error == nil))
        return error
    }

    // MARK: Length

    @Test func `a body over the limit of its route is refused unread`() {
        #expect(error(100, at: named).error == nil)
        for length in [101, 1 << 40, .max] {
            let (error, isReceived) = error(length, at: named)
            #expect(error?.code == .payloadTooLarge)
            #expect(!isReceived)
        }
    }

    @Test func `a route without a body receives only a short one, and an unlimited one receives none`() {
        #expect(error(100, at: Self.route(NoInput.self)).error == nil)
        for (length, tier) in [(101, Context.Tier.anonymous), (1, .unlimited)] {
            let (error, isReceived) = error(length, at: Self.route(NoInput.self, tier))
            #expect(error?.faults == [" unknown"])
            #expect(!isReceived)
        }
        #expect(error(0, at: Self.route(NoInput.self, .unlimited)).error == nil)
    }

    @Test func `a body that arrives otherwise than announced is refused`() {
        let broken = RequestBody(length: 5) { () throws(RequestBody.Broken) in throw RequestBody.Broken() }
        #expect(throws: RequestBody.Broken.self) {
            try named.receive(broken, of: request(json: "12345"))
        }
    }

    // MARK: Type and coding

    @Test(arguments: [
        "application/json", "APPLICATION/JSON", "Application/Json; charset=utf-8", "application/json;charset=UTF-8",
        "application/json ; a=\"b;c\"", "application/json\t; a=b", "application/json;",
    ])
    func `the body's type is application/json in any case and with any parameters`(type: String) {
        #expect(refusal([.contentType: type]) == nil)
    }

    @Test(arguments: [
        "", "text/json", "text/plain", "application/jsonp", "application/problem+json", "application",
        "application/json, application/json", "application/json; a=b, text/plain",
        "application/x-www-form-urlencoded", "application / json", "applic ation/json", "*/*", ";application/json",
        "application/json\u{037E} charset=utf-8", "application/json\u{0301}", "application/j\u{017F}on",
    ])
    func `a body of another type is refused before it is received`(type: String) {
        #expect(refusal([.contentType: type])?.code == .unsupportedMediaType)
    }

    @Test func `a body without a type or with two is refused, and none needs no type`() {
        var doubled: HTTPFields = [.contentType: "application/json"]
        doubled.append(HTTPField(name: .contentType, value: "application/json"))
        #expect(refusal(doubled)?.code == .unsupportedMediaType)
        #expect(refusal([:])?.code == .unsupportedMediaType)
        #expect(error(0, at: named, [:]).error == nil)
    }

    @Test(arguments: [
        "gzip", "GZIP", "identity, gzip", "br,identity", "aes128gcm", "x", "identity x", "\u{0130}dentity",
    ])
    func `a body with a content coding is refused before it is received`(coding: String) {
        let error = refusal([.contentType: "application/json", .contentEncoding: coding])
        #expect(error?.code == .unsupportedMediaType)
        #expect(error?.headers[.acceptEncoding] == "identity")
    }

    @Test(arguments: ["identity", "Identity", " identity\t,identity", "", ","])
    func `identity is no content coding`(coding: String) {
        #expect(refusal([.contentType: "application/json", .contentEncoding: coding]) == nil)
    }
}
