import Testing

@testable import Gatehouse

@Suite struct UnicodeTests {
    @Test(
        "NFC composes what can be composed and keeps the rest",
        arguments: [
            ("", ""), ("plain", "plain"), ("e\u{301}", "\u{E9}"), ("\u{212B}", "\u{C5}"),
            ("\u{1112}\u{1161}\u{11AB}", "\u{D55C}"), ("q\u{323}\u{307}", "q\u{323}\u{307}"),
            ("q\u{307}\u{323}", "q\u{323}\u{307}"), ("a\u{0}e\u{301}", "a\u{0}\u{E9}"),
            ("\u{10FFFF}\u{378}", "\u{10FFFF}\u{378}"), ("👩‍👩‍👧", "👩‍👩‍👧"), ("ﬁ", "ﬁ"),
        ])
    func nfc(text: String, expected: String) throws {
        // Swift compares strings by canonical equivalence, which is what must not be taken for granted here.
        #expect(Array(try text.nfc.unicodeScalars) == Array(expected.unicodeScalars))
        #expect(try text.nfcUTF8 == Array(expected.utf8))
    }

    @Test("a text on one line has no control, line break or bidirectional control left")
    func oneLine() {
        #expect("a\r\nb\u{0}c\u{85}d\u{2028}e\u{202E}f\u{2066}g".onOneLine == "a  b c d e f g")
        #expect("שלום 👩‍👩‍👧 é".onOneLine == "שלום 👩‍👩‍👧 é")
    }
}
