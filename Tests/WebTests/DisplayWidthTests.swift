import Testing
import Web

@Suite struct DisplayWidthTests {
    @Test(arguments: [
        ("", 0), ("Ada", 3), ("\u{E9}", 1), ("e\u{301}", 1), ("\u{674E}\u{5C0F}\u{9F99}", 6), ("\u{AE40}", 2),
        ("\u{FF71}", 1), ("a\u{30BF}", 3),
    ])
    func `a text is as wide as a terminal shows it`(text: String, columns: Int) {
        #expect(text.displayWidth == columns)
    }
}
