import Testing

@testable import Web

@Suite struct EntityTagTests {
    private let tag = EntityTag(opaque: "5")

    private func error(_ field: String?) -> ErrorCode? {
        do {
            try tag.requireMatch(ifMatch: field)
            return nil
        } catch {
            return error.code
        }
    }

    @Test func `a tag is quoted`() {
        #expect(tag.text == "\"5\"")
        #expect(EntityTag(opaque: "a,b").text == "\"a,b\"")
    }

    @Test(arguments: [nil, "\"5\"", "*", " \"5\" ", "\"4\", \"5\"", "\"4\",\t\"5\"", ",,\"5\",", "\"4\",W/\"5\",\"5\""])
    func `If-Match with the current version lets the change pass`(field: String?) {
        #expect(error(field) == nil)
    }

    @Test(arguments: [
        "\"4\"", "W/\"5\"", "5", "", ",", "\"5", "5\"", "\"*\"", "\"55\"", "\"4\", \"6\"", "'5'", "\"5\"\"5\"", "**",
        "*\u{0301}", "\"5\"\u{0301}",
    ])
    func `If-Match with another version, a weak tag or nonsense is refused`(field: String) {
        #expect(error(field) == .preconditionFailed)
    }

    @Test(arguments: ["\"5\"", "W/\"5\"", "*", "\"1\", W/\"5\"", "W/\"4\",\t\"5\""])
    func `If-None-Match is compared weakly`(field: String) {
        #expect(tag.isNamed(byIfNoneMatch: field))
    }

    @Test(arguments: [nil, "", "\"4\"", "w/\"5\"", "W/5", "5", "W/ \"5\"", "\"*\""])
    func `If-None-Match with other versions does not match`(field: String?) {
        #expect(!tag.isNamed(byIfNoneMatch: field))
    }

    @Test(arguments: [HTTPMethod.get, .head])
    func `a read of the current version gets 304 with the tag and no body`(method: HTTPMethod) {
        var response = Response(json: ["a": 1])
        response.headers[.eTag] = tag.text
        response.headers[.cacheControl] = "no-store"
        let answer = response.conditional(on: request(method, headers: [.ifNoneMatch: "\"5\""]))
        #expect(answer.status == .notModified)
        #expect(answer.body.isEmpty)
        #expect(answer.headers == [.eTag: "\"5\"", .cacheControl: "no-store"])
    }

    @Test func `all other answers are unchanged`() {
        func status(
            _ method: HTTPMethod, _ status: HTTPStatus, tag: String?, named field: String
        ) -> HTTPStatus {
            var response = Response(json: [:], status: status)
            response.headers[.eTag] = tag
            return response.conditional(on: request(method, headers: [.ifNoneMatch: field])).status
        }
        #expect(status(.get, .ok, tag: "\"5\"", named: "\"4\"") == .ok)
        #expect(status(.get, .ok, tag: nil, named: "*") == .ok)
        #expect(status(.patch, .ok, tag: "\"5\"", named: "\"5\"") == .ok)
        #expect(status(.get, .notFound, tag: "\"5\"", named: "\"5\"") == .notFound)
    }
}
