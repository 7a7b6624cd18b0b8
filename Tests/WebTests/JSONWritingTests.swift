import Testing

@testable import Web

@Suite struct JSONWritingTests {
    @Test func `every scalar value of Unicode comes back unchanged`() throws {
        for plane in 0...16 {
            let scalars = (UInt32(plane) << 16...UInt32(plane) << 16 | 0xFFFF).compactMap(Unicode.Scalar.init)
            var text = String.UnicodeScalarView()
            text.append(contentsOf: scalars.dropFirst(plane == 0 ? 1 : 0))
            let value = JSON.object([.init("plane", .string(String(text)))])
            guard case .object(let members) = try JSON(parsing: value.text()), let read = members.first?.value.string
            else {
                Issue.record("plane \(plane) is not an object")
                continue
            }
            // Not compared as strings, since canonically equivalent strings are equal.
            #expect(read.unicodeScalars.elementsEqual(text), "plane \(plane)")
        }
    }

    @Test(
        arguments: [
            (nil, "null"), (true, "true"), (false, "false"), (0, "0"), (-1, "-1"), ("", "\"\""), ([], "[]"),
            ([:], "{}"),
            (.integer(.max), "9223372036854775807"), (.integer(.min), "-9223372036854775808"),
            (.number(1.5), "1.5"), (.number(1.628), "1.628"), (.number(-0.25), "-0.25"), (.number(0.1), "0.1"),
            ("\"\\/\u{8}\u{c}\n\r\t", #""\"\\/\b\f\n\r\t""#),
            ("\u{0}\u{1}\u{1f}\u{7f}", "\"\\u0000\\u0001\\u001F\u{7f}\""),
            ("é€🦊\u{2028}", "\"é€🦊\u{2028}\""), ("</script>", "\"</script>\""),
            (["b": [1, nil], "a": ["c": "d"]], #"{"b":[1,null],"a":{"c":"d"}}"#),
        ] as [(JSON, String)])
    func `a value has only one written form`(value: JSON, text: String) {
        #expect(value.compact == text)
    }

    @Test(arguments: [Int.min, -1, 0, 1, 1 << 53 + 1, Int.max])
    func `an integer comes back exactly`(number: Int) throws {
        #expect(try JSON(parsing: JSON.integer(number).text()) == .integer(number))
    }

    @Test(arguments: [1.0, 1e20, 1e-7, 0.5, 123_456.789, -1.25e300])
    func `a number stays a number`(number: Double) throws {
        #expect(try JSON(parsing: JSON.number(number).text()) == .number(number))
    }

    @Test func `members keep their order in both layouts`() throws {
        let names = (0..<300).map { "n\($0 * 7919 % 300)" }
        let value = JSON.object(names.map { .init($0, 1) })
        #expect(try JSON(parsing: value.text()) == value)
        #expect(try JSON(parsing: value.text(indented: true)) == value)
    }

    @Test func `indented text has two spaces a level`() {
        let value: JSON = ["a": [1], "b": ["c": "d"]]
        let text = String(decoding: value.text(indented: true), as: UTF8.self)
        let expected = """
            {
              "a": [
                1
              ],
              "b": {
                "c": "d"
              }
            }
            """
        #expect(text == expected)
    }

    @Test func `members are found in objects only`() {
        let value: JSON = ["a": 1, "b": nil]
        #expect(value["a"] == 1)
        #expect(value["b"] == .null)
        #expect(value["c"] == nil)
        #expect(JSON.array([value])["a"] == nil)
    }
}
