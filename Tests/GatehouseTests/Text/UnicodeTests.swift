import Testing

@testable import Gatehouse

@Suite struct UnicodeTests {
    @Test("a text on one line has no control, line break or bidirectional control left")
    func oneLine() {
        #expect("a\r\nb\u{0}c\u{85}d\u{2028}e\u{202E}f\u{2066}g".onOneLine == "a  b c d e f g")
        #expect("שלום 👩‍👩‍👧 é".onOneLine == "שלום 👩‍👩‍👧 é")
    }
}
