import Testing

@testable import Gatehouse

@Suite struct WordsTests {
    @Test(arguments: [
        ("Ada Lovelace", ["ada", "lovelace"]), ("  Éclair--au CHOCOLAT! ", ["eclair", "au", "chocolat"]),
        ("ada.lovelace+tag@example.com", ["ada", "lovelace", "tag", "example", "com"]), ("Straße", ["strasse"]),
        ("ﬁle Ⅳ", ["file", "iv"]), ("100% _x_", ["100", "x"]), ("", []), ("— …", []), ("佐藤 花子", ["佐藤", "花子"]),
        ("e\u{301}", ["e"]), ("zero\u{200B}width", ["zerowidth"]),
    ])
    func `words are runs of letters and digits without case and marks`(text: String, words: [String]) throws {
        #expect(try Words.of(text) == words)
    }

    @Test func `only the beginning of a long word is kept`() throws {
        #expect(try Words.of(String(repeating: "a", count: 100)) == [String(repeating: "a", count: 64)])
    }
}
