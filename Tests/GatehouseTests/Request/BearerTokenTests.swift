import Testing
import Web

@testable import Gatehouse

@Suite struct BearerTokenTests {
    private func token(_ field: String) -> String? {
        (try? BearerToken.of([.authorization: field])).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test(arguments: ["Bearer abc", "bearer abc", "BEARER abc", "Bearer !~"])
    func `a token follows the word, in any case`(field: String) {
        #expect(token(field) == String(field.dropFirst("Bearer ".count)))
    }

    /// U+212A folds to k, and U+2000 is no space.
    @Test(
        arguments: [
            "", "Bearer", "Bearer ", "abc", "Basic abc", "Bearerabc", "Bearer\u{2000}abc", "Bearer a b", "Bearer a\tb",
            "Bearer ä", "Bearer a\u{301}", "Bearer \u{301}a", "Bea\u{301}rer abc",
        ])
    func `nothing else is a token`(field: String) {
        #expect(token(field) == nil)
    }

    @Test(arguments: [["Bearer a", "Bearer b"], ["Bearer a", ""], ["", "Bearer a"], ["Bearer", "a"]])
    func `two fields are no token`(values: [String]) {
        let fields = HTTPFields(values.map { HTTPField(name: .authorization, value: $0) })
        #expect(throws: APIError.self) { try BearerToken.of(fields) }
    }

    @Test func `a token has a maximum length`() {
        #expect(token("Bearer " + String(repeating: "a", count: 4096)) != nil)
        #expect(token("Bearer " + String(repeating: "a", count: 4097)) == nil)
    }

    @Test func `secrets are visible ASCII characters`() {
        let secret = OpaqueToken(.refresh).text
        #expect(OpaqueToken(.refresh, secret) != nil)
        #expect(OpaqueToken(.refresh, String(secret.dropLast(2)) + "\u{301}") == nil)
        #expect(OpaqueToken(.refresh, "ghr_ " + secret.dropFirst(5)) == nil)
        let key = APIKeySecret().text
        #expect(APIKeySecret(key) != nil)
        #expect(APIKeySecret(String(key.dropLast(2)) + "\u{301}") == nil)
        #expect(!APIKeySecret.isOne("ghk\u{301}_".utf8))
        #expect(APIKeySecret.isOne("ghk_\u{301}".utf8))
    }
}
