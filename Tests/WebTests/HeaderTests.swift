import Testing

@testable import Web

@Suite struct HeaderTests {
    @Test(arguments: HTTPFields.singleNames)
    func `a repeated field that has a single value is refused`(name: HTTPFieldName) {
        var headers: HTTPFields = [name: "a"]
        #expect(throws: Never.self) { try headers.requireSingleFields() }
        headers.append(HTTPField(name: name, value: "a"))
        #expect(throws: APIError.self) { try headers.requireSingleFields() }
        do {
            try headers.requireSingleFields()
        } catch {
            #expect(error.faults == ["\(name.text) repeated"])
        }
    }

    @Test func `list fields may be repeated`() {
        var headers = HTTPFields()
        for name in [HTTPFieldName.cookie, .ifMatch, .ifNoneMatch, .contentEncoding, "Accept", "Via"] {
            for value in ["a", "b"] { headers.append(HTTPField(name: name, value: value)) }
        }
        #expect(throws: Never.self) { try headers.requireSingleFields() }
    }

    @Test func `white space around a value is spaces and tabs, also before a combining mark`() {
        #expect(" \t a b\t "[...].withoutOptionalWhitespace == "a b")
        #expect("  "[...].withoutOptionalWhitespace.isEmpty)
        let marked = " \u{0301}a"[...].withoutOptionalWhitespace
        #expect(Array(marked.utf8) == Array("\u{0301}a".utf8))
        #expect("\u{A0}a"[...].withoutOptionalWhitespace.utf8.count == 3)
    }
}
