import Testing

@testable import Web

@Suite struct IdempotencyKeyTests {
    @Test func `a request has at most one key`() throws {
        #expect(try IdempotencyKey.of([:]) == nil)
        #expect(try IdempotencyKey.of([.idempotencyKey: "8e03978e-40d5-43dd"]) == "8e03978e-40d5-43dd")
        #expect(try IdempotencyKey.of([.idempotencyKey: String(repeating: "~", count: 255)])?.count == 255)
    }

    @Test(arguments: ["", " ", "a b", "é", String(repeating: "a", count: 256)])
    func `an invalid key is refused`(key: String) {
        #expect(throws: APIError.self) { try IdempotencyKey.of([.idempotencyKey: key]) }
    }

    @Test func `two keys are refused`() {
        var headers: HTTPFields = [.idempotencyKey: "a"]
        headers.append(HTTPField(name: .idempotencyKey, value: "b"))
        #expect(throws: APIError.self) { try IdempotencyKey.of(headers) }
    }

    @Test func `routes that create something and know their caller take a key`() {
        func route(
            _ method: HTTPMethod, guard: Context.Guard, _ returns: Success<String>
        ) -> GenericRoute<Context> {
            GenericRoute(method, "/things", "", tag: "Things", guard: `guard`, tier: .standard, returns: returns) { _ in
                Answer("")
            }
        }
        #expect(route(.post, guard: .user, .created(String.self)).isIdempotent)
        #expect(route(.post, guard: .owner, .created(String.self)).isIdempotent)
        #expect(!route(.post, guard: .public, .created(String.self)).isIdempotent)
        #expect(!route(.post, guard: .user, .ok(String.self)).isIdempotent)
        #expect(!route(.get, guard: .user, .ok(String.self)).isIdempotent)
    }
}
