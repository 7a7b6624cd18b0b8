import FoundationEssentials
import Testing

@testable import Web

private enum Colour: String, CaseIterable, Sendable { case red, green }

/// Each has another, canonically equivalent form.
private enum Unit: String, CaseIterable, Sendable { case kelvin = "K", angstrom = "\u{C5}" }

@Suite struct FieldTests {
    private static let others: [JSON] = [nil, true, 1, .number(1.5), [], [:], "x"]

    /// Every value that is not of a field's type, each with the words that the message must contain.
    private func refusesOtherTypes(_ code: (JSON) -> String?, but own: String) {
        for value in Self.others where value.typeName != own { #expect(code(value) == "type", "\(value)") }
    }

    @Test(
        arguments: [
            ("", "too_short"), ("a", "too_short"), ("ab", nil), ("abcd", nil), ("abcde", "too_long"), ("🦊🦊🦊🦊", nil),
            ("a\u{301}", "too_short"), ("e\u{301}e\u{301}e", nil), ("e\u{301}eeee", "too_long"),
            ("👩‍👩‍👧‍👦", "too_long"),
            ("\n\u{1}", nil),
            ("\n\u{0}", "format"),
        ] as [(String, String?)])
    func `text is counted in code points of NFC`(text: String, code: String?) {
        #expect(Field<String>.text(2...4).code(for: .string(text)) == code)
    }

    @Test func `text has at most thirty marks in a row`() {
        let marks = String(repeating: "\u{301}", count: 30)
        #expect(Field<String>.text(0...100).code(for: .string("a\(marks)b\(marks)")) == nil)
        #expect(Field<String>.text(0...100).code(for: .string("a\(marks)\u{316}b")) == "format")
        #expect(Field<String>.line(1...100).code(for: .string("a\(marks)\u{316}b")) == "format")
        #expect(Field<String>.text(0...5).code(for: .string("a\(marks)\u{316}b")) == "too_long")
    }

    @Test func `text is passed on in NFC, and otherwise as it was sent`() {
        #expect(Field<String>.text(0...10).value(of: " a\u{301} ")?.unicodeScalars.count == 3)
        #expect(Field<String>.text(0...10).value(of: " ﬁ ")?.unicodeScalars.count == 3)
        #expect(Field<String>.text(0...10).value(of: "") == "")
        refusesOtherTypes(Field<String>.text(0...9).code, but: "string")
    }

    @Test func `an empty text is reported as empty, not as too short`() {
        guard case .failure(let rejection) = Field<String>.text(1...5).read("") else {
            Issue.record("accepted")
            return
        }
        #expect(rejection.message == "Must not be empty.")
    }

    @Test func `a rejection of the type names both types and not the value`() {
        guard case .failure(let rejection) = Field<String>.text(1...5).read(.integer(4711)) else {
            Issue.record("accepted")
            return
        }
        #expect(rejection.message == "Must be a string, not integer.")
    }

    @Test(
        arguments: [
            (1, nil), (10, nil), (0, "range"), (11, "range"), (.integer(.max), "range"), (.integer(.min), "range"),
            ("5", "type"), (.number(5), nil), (.number(5.5), "type"), (.number(11), "range"), (.number(1e300), "type"),
            (true, "type"), (nil, "type"), ([5], "type"),
        ] as [(JSON, String?)])
    func `a whole number is within its range`(value: JSON, code: String?) {
        #expect(Field<Int>.integer(1...10).code(for: value) == code)
    }

    @Test func `a whole number may be written with a fraction of zero, as JSON Schema has it`() {
        #expect(Field<Int>.integer(1...10).value(of: .number(5)) == 5)
    }

    @Test func `only true and false are booleans`() {
        #expect(Field<Bool>.boolean.value(of: true) == true)
        #expect(Field<Bool>.boolean.value(of: false) == false)
        refusesOtherTypes(Field<Bool>.boolean.code, but: "boolean")
        #expect(Field<Bool>.boolean.code(for: "true") == "type")
    }

    @Test(
        arguments: [("red", nil), ("green", nil), ("Red", "choice"), ("", "choice"), ("red ", "choice"), (1, "type")]
            as [(JSON, String?)])
    func `a choice is one of its words`(value: JSON, code: String?) {
        #expect(Field<Colour>.oneOf(Colour.self, standIn: .red).code(for: value) == code)
    }

    @Test func `a choice has the bytes of its word`() {
        let field = Field<Unit>.oneOf(Unit.self, standIn: .kelvin)
        for word: JSON in ["K", "\u{C5}"] { #expect(field.code(for: word) == nil) }
        for word: JSON in ["\u{212A}", "\u{212B}", "A\u{30A}", "K\u{301}"] {
            #expect(field.code(for: word) == "choice")
        }
    }

    @Test(
        arguments: [
            ("01935c1e-8a00-7c3d-9e4f-2b6a71d0c518", nil), ("01935C1E-8A00-7C3D-9E4F-2B6A71D0C518", nil),
            ("00000000-0000-0000-0000-000000000000", nil), ("", "format"),
            ("01935c1e8a007c3d9e4f2b6a71d0c518", "format"),
            ("01935c1e-8a00-7c3d-9e4f-2b6a71d0c51", "format"), ("01935c1e-8a00-7c3d-9e4f-2b6a71d0c5188", "format"),
            ("{1935c1e-8a00-7c3d-9e4f-2b6a71d0c518", "format"), ("01935c1e-8a00-7c3d-9e4f-2b6a71d0c51g", "format"),
            ("01935c1e08a00-7c3d-9e4f-2b6a71d0c518", "format"), ("0193-5c1e8a00-7c3d-9e4f-2b6a71d0c518", "format"),
            ("01935c1e-8a00-7c3d-9e4f-2b6a71d0c5é", "format"), (" 1935c1e-8a00-7c3d-9e4f-2b6a71d0c518", "format"),
            ("01935c1e-8a00-7c3d-9e4f-2b6a71d0c51\n", "format"), ("+1935c1e-8a00-7c3d-9e4f-2b6a71d0c518", "format"),
            ("-1935c1e-8a00-7c3d-9e4f-2b6a71d0c518", "format"), ("01935c1e-8a00-7c3d-9e4f-2b 6a71d0c51", "format"),
            ("0x935c1e-8a00-7c3d-9e4f-2b6a71d0c518", "format"), (1, "type"),
        ] as [(JSON, String?)])
    func `a UUID has its 36 characters`(value: JSON, code: String?) {
        #expect(Field<UUID>.uuid.code(for: value) == code)
    }

    @Test func `a field that may be null accepts null and its own values`() {
        let field = Field<Int>.integer(1...10).nullable
        #expect(field.value(of: nil) == .some(nil))
        #expect(field.value(of: 5) == 5)
        #expect(field.code(for: 11) == "range")
        #expect(field.code(for: "5") == "type")
        #expect(field.schema["type"] == ["integer", "null"])
        #expect(field.schema["maximum"] == 10)
    }

    @Test func `a choice that may be null lists null among its words`() {
        let field = Field<Colour>.oneOf(Colour.self, standIn: .red).nullable
        #expect(field.value(of: nil) == .some(nil))
        #expect(field.schema["enum"] == ["red", "green", nil])
        #expect(field.schema["type"] == ["string", "null"])
    }

    @Test func `a mapped field keeps its schema and adds its own refusal`() {
        let field = Field<String>.text(1...3).map(standIn: 0) { text in
            Int(text).map { .success($0) } ?? .failure(Rejection("format", "Must be digits."))
        }
        #expect(field.schema == Field<String>.text(1...3).schema)
        #expect(field.value(of: "12") == 12)
        #expect(field.code(for: "ab") == "format")
        #expect(field.code(for: "1234") == "too_long")
    }

    @Test func `an annotation adds to the schema or replaces its entries`() {
        let field = Field<String>.text(1...3).annotated("format", "email").annotated("maxLength", 2)
        #expect(field.schema == Field<String>.text(1...2).schema.adding("format", "email"))
    }
}
