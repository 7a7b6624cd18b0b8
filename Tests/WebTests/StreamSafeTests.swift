import Testing
import Web

private func marks(_ count: Int, of mark: String, after start: String = "a") -> String {
    start + String(repeating: mark, count: count)
}

@Suite("Stream-Safe Text Format")
struct StreamSafeTests {
    @Test(
        "thirty marks in a row are safe in NFKD, thirty-one are not",
        arguments: [
            // The beginning of a text, a mark, and how many of it make thirty.
            ("a", "\u{301}", 30), ("", "\u{316}", 30), ("\u{1E69}", "\u{301}", 28), ("a", "\u{344}", 15),
            ("カ", "\u{3099}", 30), ("カ", "\u{FF9E}", 30), ("a", "\u{1D165}", 30), ("a\u{301}", "\u{F73}", 14),
        ])
    func row(start: String, mark: String, count: Int) {
        #expect(marks(count, of: mark, after: start).isStreamSafe)
        #expect(!marks(count + 1, of: mark, after: start).isStreamSafe)
    }

    @Test(
        "what does not combine is safe however often it stands there, and ends a row",
        arguments: [
            "a", "é", "\u{FDFA}", "\u{FB03}", "\u{1112}\u{1161}\u{11AB}", "\u{34F}", "\u{200D}", "👩‍👩‍👧", "\u{FFFF}",
            "\u{10FFFF}", "\u{0}", marks(30, of: "\u{301}"), marks(30, of: "\u{301}", after: "\u{34F}"),
        ])
    func starters(text: String) {
        #expect("".isStreamSafe)
        #expect(String(repeating: text, count: 500).isStreamSafe)
    }

    @Test("marks of several classes make one row")
    func classes() {
        #expect(!(marks(16, of: "\u{301}") + marks(15, of: "\u{316}", after: "")).isStreamSafe)
    }
}
