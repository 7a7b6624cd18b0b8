import Testing

@testable import Web

@Suite struct HTTPFieldsTests {
    private func lines(_ fields: HTTPFields) -> String { String(decoding: fields.bytes, as: UTF8.self) }

    private func cgi(_ name: String, _ value: [UInt8]) -> HTTPFields? {
        var fields = HTTPFields()
        let isTaken = Array(name.utf8).withUnsafeBytes { name in
            value.withUnsafeBytes { fields.append(cgiName: name, value: $0) }
        }
        return isTaken ? fields : nil
    }

    @Test func `fields are kept as they are sent, in the order of arrival`() {
        var fields: HTTPFields = [.eTag: "\"1\"", .location: "/x"]
        fields.append(.xRateLimitLimit, 100)
        #expect(lines(fields) == "ETag: \"1\"\r\nLocation: /x\r\nX-RateLimit-Limit: 100\r\n")
        #expect(fields.map(\.name) == [.eTag, .location, .xRateLimitLimit])
        #expect(fields.map(\.value) == ["\"1\"", "/x", "100"])
    }

    @Test func `a field is found however its name is written`() {
        let fields: HTTPFields = ["x-request-id": "a", "X-Request": "b", "ETAG": ""]
        #expect(fields[.requestID] == "a")
        #expect(fields["x-REQUEST"] == "b")
        #expect(fields[.eTag] == "")
        #expect(fields["X-Request-I"] == nil)
        #expect(fields["X-Request-Id-"] == nil)
        #expect(HTTPFields()[.eTag] == nil)
        #expect(fields.contains(.eTag))
        #expect(!fields.contains(.allow))
    }

    @Test func `a value may contain colons and look like a field`() {
        let fields: HTTPFields = [.location: "https://a.example:1/: x", .allow: "ETag: 1"]
        #expect(fields[.location] == "https://a.example:1/: x")
        #expect(fields[.eTag] == nil)
        #expect(fields[.allow] == "ETag: 1")
    }

    @Test func `repeated fields are several values, or one`() {
        let pairs = [HTTPField(name: .setCookie, value: "a=1"), HTTPField(name: .eTag, value: "x")]
        let fields = HTTPFields(pairs + [HTTPField(name: .setCookie, value: "b=2")])
        #expect(fields[values: .setCookie] == ["a=1", "b=2"])
        #expect(fields[.setCookie] == "a=1, b=2")
        #expect(fields[values: .allow].isEmpty)
        let cookies = HTTPFields(["a=1", "b=2"].map { HTTPField(name: .cookie, value: $0) })
        #expect(cookies[.cookie] == "a=1; b=2")
    }

    @Test func `two fields are no single field`() {
        var fields: HTTPFields = [.eTag: "x", .authorization: "Bearer a"]
        #expect(fields[single: .authorization].map(Array.init) == Array("Bearer a".utf8))
        #expect(fields[single: .allow] == nil)
        fields.append(.authorization, "")
        #expect(fields[single: .authorization] == nil)
    }

    @Test func `setting a field replaces the first one and removes the others`() {
        var fields = HTTPFields(["1", "2", "3"].map { HTTPField(name: .allow, value: $0) })
        fields.append(.eTag, "x")
        fields[.allow] = "four"
        #expect(lines(fields) == "Allow: four\r\nETag: x\r\n")
        fields[.allow] = nil
        #expect(lines(fields) == "ETag: x\r\n")
        fields[.allow] = nil
        fields[.vary] = "Origin"
        #expect(lines(fields) == "ETag: x\r\nVary: Origin\r\n")
    }

    @Test(arguments: [
        ("a\r\nSet-Cookie: b=c", "a  Set-Cookie: b=c"), ("a\nb", "a b"), ("\r\n\0a\u{1F}b\u{7F}\t", "a b"),
        (" \ta b\t ", "a b"), ("\r\n", ""), ("", ""), ("caf\u{E9} \u{1F98A}", "caf\u{E9} \u{1F98A}"), ("a\tb", "a\tb"),
    ])
    func `a value makes no second line and has no control characters`(value: String, kept: String) {
        var fields: HTTPFields = [.location: value]
        #expect(fields[.location] == kept)
        #expect(fields.map(\.name) == [.location])
        fields[.location] = "x" + value
        #expect(fields.map(\.name) == [.location])
    }

    @Test func `a field of the Common Gateway Interface gets its original name`() throws {
        let fields = try #require(cgi("X_REQUEST_ID", Array("7".utf8)))
        #expect(lines(fields) == "x-request-id: 7\r\n")
        #expect(cgi("X", [])?["X"] == "")
        #expect(cgi("X", [0xC3, 0xA9, 0xFF])?["X"] == "\u{E9}\u{FFFD}")
        #expect(cgi("!#$%&'*+.^_`|~09AZ", [])?.map(\.name.text) == ["!#$%&'*+.^-`|~09az"])
    }

    @Test(arguments: ["", " ", "A B", "A:", "A\0", "A\r", "\u{E9}", "(A)", "A/B", "A\"", "A\u{7F}"])
    func `an invalid name is refused`(name: String) {
        #expect(cgi(name, []) == nil)
        #expect(HTTPFieldName(name) == nil)
        #expect(HTTPMethod(name) == nil)
    }

    @Test(arguments: ["\r", "\n", "\0", "a\r\nb", "a\0b", "\u{1}", "a\u{1F}", "a\u{7F}", "a\r", "\t\u{B}a"])
    func `a value with control characters is refused`(value: String) {
        #expect(cgi("X", Array(value.utf8)) == nil)
    }

    @Test(arguments: [
        (" a", "a"), ("a ", "a"), ("\ta", "a"), ("a\t \t", "a"), (" \ta\tb c\t", "a\tb c"), (" ", ""), ("\t\t", ""),
    ])
    func `white space around a value is removed`(sent: String, value: String) {
        #expect(cgi("X", Array(sent.utf8))?["X"] == value)
    }

    @Test func `ten thousand fields of a name are found`() {
        let fields = HTTPFields((0..<10_000).map { HTTPField(name: .cookie, value: "\($0)") })
        #expect(fields[values: .cookie].count == 10_000)
        #expect(fields[.eTag] == nil)
    }

    @Test(arguments: [0, 7, 10, 99, 100, 1_000_000, -1, -20, .max, .min])
    func `a number is written in decimal digits`(number: Int) {
        var bytes: [UInt8] = []
        bytes.append(length: 20) { $0.append(decimal: number) }
        #expect(String(decoding: bytes, as: UTF8.self) == String(number))
    }

    @Test func `names are case-insensitive`() {
        #expect(HTTPFieldName("ETAG") == .eTag)
        #expect(Set([HTTPFieldName("etag"), HTTPFieldName("ETag")]).count == 1)
        #expect(HTTPFieldName("ETags") != .eTag)
        #expect(HTTPFieldName("A^") != HTTPFieldName("A~"))
    }

    @Test func `methods are case-sensitive`() {
        #expect(HTTPMethod("GET") == .get)
        #expect(HTTPMethod("get") != .get)
        #expect(HTTPMethod("M-SEARCH")?.rawValue == "M-SEARCH")
    }
}
