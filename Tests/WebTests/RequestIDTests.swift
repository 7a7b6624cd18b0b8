import Testing

@testable import Web

@Suite struct RequestIDTests {
    @Test(arguments: ["a", "A-z_0.9", String(repeating: "a", count: 64), "..."])
    func `the caller's id is kept`(id: String) {
        #expect(RequestID.of([.requestID: id]) == id)
    }

    @Test(arguments: ["", "a b", "a/b", "é", "a\u{301}", "a,b", "a\"", String(repeating: "a", count: 65), "{}", "a:b"])
    func `another id is replaced`(id: String) {
        let made = RequestID.of([.requestID: id])
        #expect(made != id)
        #expect(made.utf8.count == 32)
        #expect(made.allSatisfy { $0.isHexDigit && !$0.isUppercase })
    }

    @Test func `two ids in one request are ignored`() {
        var headers: HTTPFields = [.requestID: "a"]
        headers.append(HTTPField(name: .requestID, value: "b"))
        #expect(RequestID.of(headers).utf8.count == 32)
    }

    @Test func `generated ids differ`() {
        let ids = Set((0..<1_000).map { _ in RequestID.of([:]) })
        #expect(ids.count == 1_000)
        #expect(ids.allSatisfy { $0.utf8.count == 32 })
    }
}
