import Testing

@testable import Web

@Suite struct JSONParsingTests {
    private func reason(_ text: String) -> JSONSyntaxError.Reason? {
        reason(Array(text.utf8))
    }

    private func reason(_ bytes: [UInt8]) -> JSONSyntaxError.Reason? {
        do {
            _ = try JSON(parsing: bytes)
            return nil
        } catch {
            return error.reason
        }
    }

    private func nested(_ depth: Int, around inner: String = "") -> String {
        String(repeating: "[", count: depth) + inner + String(repeating: "]", count: depth)
    }

    @Test(
        arguments: [
            ("null", JSON.null), ("true", true), ("false", false), ("0", 0), ("\"\"", ""), ("[]", []), ("{}", [:]),
            (" \t\r\n1 \t\r\n", 1), ("1.5", .number(1.5)), ("1.0", .number(1)), ("1e3", .number(1_000)),
            ("-0", 0), ("1e-400", .number(0)),
            (#""\"\\\/\b\f\n\r\t\u00e9""#, "\"\\/\u{8}\u{c}\n\r\t\u{e9}"),
            (#""\ud83e\udd8a""#, "🦊"), (#""\uFFFF""#, "\u{FFFF}"),
            (#"{"b":[1,{"a":null}],"a":{}}"#, ["b": [1, ["a": nil]], "a": [:]]),
        ] as [(String, JSON)])
    func `a value of every kind is read, also at the top level`(text: String, value: JSON) throws {
        #expect(try parse(text) == value)
    }

    @Test(arguments: [
        "", " ", "nul", "TRUE", "NaN", "Infinity", "'a'", "{", "[1", "[1,]", "{\"a\":1,}", "{\"a\"}", "{a:1}", "1 2",
        "{}{}", "[1]]", "01", "+1", "1.", ".5", "0x10", "1e", "// a\n1", "\"a", "\"\\x\"", "\"\\u12g4\"",
        "\"a\nb\"", "\"a\u{1}b\"", "\u{FEFF}{}", "{}\u{0}", "\u{0}", "\u{B}1",
    ])
    func `invalid JSON is refused`(text: String) {
        #expect(reason(text) == .invalid)
    }

    @Test(arguments: [
        #"{"a":1,"a":1}"#, #"{"a":1,"b":2,"a":null}"#, #"[{"x":{"a":1,"\u0061":2}}]"#, #"{"":1,"":2}"#,
    ])
    func `an object that repeats a member is refused`(text: String) {
        #expect(reason(text) == .duplicateName)
    }

    @Test func `the same name in two objects is no duplicate`() throws {
        #expect(try parse(#"[{"a":1},{"a":{"a":2}}]"#) == [["a": 1], ["a": ["a": 2]]])
    }

    @Test func `thirty-two levels are read and thirty-three are not`() {
        #expect(reason(nested(32)) == nil)
        #expect(reason(nested(32, around: "1")) == nil)
        #expect(reason(nested(33)) == .tooDeep)
        #expect(reason(nested(31, around: #"{"a":1}"#)) == nil)
        #expect(reason(nested(32, around: #"{"a":1}"#)) == .tooDeep)
        #expect(reason(nested(32, around: #"1,"a",{}"#)) == .tooDeep)
    }

    @Test func `a million brackets are refused without a stack overflow`() {
        #expect(reason(nested(500_000)) != nil)
        #expect(reason(String(repeating: "[", count: 1_000_000)) != nil)
        #expect(reason(String(repeating: #"{"a":"#, count: 200_000)) != nil)
    }

    @Test(arguments: [#""\u0000""#, #""a\u0000b""#, #"{"a\u0000":1}"#, #"{"\u0000":1}"#])
    func `an escaped NUL is refused in values and in names`(text: String) {
        #expect(reason(text) == .invalid)
    }

    @Test(
        arguments: [
            [0xFF], [0x80], [0xC0, 0xAF], [0xE0, 0x80, 0xAF], [0xC3], [0xE2, 0x82], [0xED, 0xA0, 0x80],
            [0xF4, 0x90, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xC1, 0x81],
        ] as [[UInt8]])
    func `invalid UTF-8 is refused in values and in names`(bytes: [UInt8]) {
        let quote = UInt8(ascii: "\"")
        #expect(reason([quote] + bytes + [quote]) == .invalid)
        #expect(reason(Array("{\"".utf8) + bytes + Array("\":1}".utf8)) == .invalid)
        #expect(reason(bytes) == .invalid)
    }

    @Test(arguments: [
        #""\ud800""#, #""\udc00""#, #""\ud800\ud800""#, #""\udc00\ud800""#, #""\ud800x""#, #""\ud83e\n""#,
    ])
    func `a surrogate without its partner is refused`(text: String) {
        #expect(reason(text) == .invalid)
    }

    @Test func `integers have 64 bits`() throws {
        #expect(try parse("9223372036854775807") == .integer(.max))
        #expect(try parse("-9223372036854775808") == .integer(.min))
        #expect(reason("9223372036854775808") == .invalid)
        #expect(reason("-9223372036854775809") == .invalid)
        #expect(reason(String(repeating: "9", count: 10_000)) == .invalid)
    }

    @Test(arguments: ["1e400", "-1e400", "[1e309]", "1" + String(repeating: "0", count: 400) + ".0"])
    func `a number beyond the range of a Double is refused`(text: String) {
        #expect(reason(text) == .invalid)
    }

    @Test func `the largest Double is read`() throws {
        #expect(try parse("1.7976931348623157e308") == .number(.greatestFiniteMagnitude))
    }

    @Test func `members keep their order`() throws {
        let names = (0..<500).map { "n\($0 * 7919 % 500)" }
        let text = "{" + names.map { "\"\($0)\":1" }.joined(separator: ",") + "}"
        guard case .object(let members) = try parse(text) else {
            Issue.record("not an object")
            return
        }
        #expect(members.map(\.name) == names)
    }

    @Test func `an error has the line and the column`() throws {
        let fault = try #require(throws: JSONSyntaxError.self) { try parse("{\n  \"a\": 1,\n  \"b\" 2\n}") }
        #expect(fault.line == 3)
        #expect(fault.column == 7)
        #expect(fault.description == "The body is not valid JSON (line 3, column 7).")
    }

    @Test(arguments: [
        #"{"password":"hunter2","password":"hunter2"}"#, #"{"password": hunter2}"#, #"{"password":"hunter2"#,
        #"{"password":"hunter2\x"}"#, #"{"password":"hunter2\u0000"}"#, #"{"hunter2" 1}"#, #"{"hunter2":1e999}"#,
        "hunter2", #"{"a":1} hunter2"#, #"{"hunter2":99999999999999999999}"#,
    ])
    func `an error never quotes the input`(text: String) throws {
        let fault = try #require(throws: JSONSyntaxError.self) { try parse(text) }
        #expect(!String(describing: fault).contains("hunter"))
        #expect(!String(reflecting: fault).contains("hunter"))
        #expect(!String(describing: fault).contains("password"))
    }
}
