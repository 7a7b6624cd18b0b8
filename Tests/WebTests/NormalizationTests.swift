import Testing

@testable import Web

@Suite struct NormalizationTests {
    @Test(
        "NFC composes what can be composed and keeps the rest",
        arguments: [
            ("", ""), ("plain", "plain"), ("e\u{301}", "\u{E9}"), ("\u{212B}", "\u{C5}"),
            ("\u{1112}\u{1161}\u{11AB}", "\u{D55C}"), ("q\u{323}\u{307}", "q\u{323}\u{307}"),
            ("q\u{307}\u{323}", "q\u{323}\u{307}"), ("a\u{0}e\u{301}", "a\u{0}\u{E9}"),
            ("\u{10FFFF}\u{378}", "\u{10FFFF}\u{378}"), ("👩‍👩‍👧", "👩‍👩‍👧"), ("ﬁ", "ﬁ"),
        ])
    func nfc(text: String, expected: String) throws {
        // Swift compares strings by canonical equivalence, which this test must not assume.
        #expect(Array(try text.nfc.unicodeScalars) == Array(expected.unicodeScalars))
        #expect(try text.nfcUTF8 == Array(expected.utf8))
    }

    @Test(
        arguments: [
            ("a\u{301}", "too_short"), ("a\u{301}a\u{301}a\u{301}a\u{301}", nil),
            ("a\u{301}a\u{301}a\u{301}a\u{301}a", "too_long"), ("\u{3B1}\u{313}\u{300}\u{345}", "too_short"),
            ("a", "too_short"), ("q\u{301}", nil), ("\u{1100}\u{1161}\u{11A8}", "too_short"),
            // NFC never contains it: it is written as two.
            ("\u{958}\u{958}", nil), ("\u{958}\u{958}a", "too_long"),
            (String(repeating: "a", count: 17), "too_long"), ("", "too_short"),
        ] as [(String, String?)])
    func `a length is counted in NFC`(text: String, code: String?) {
        switch text.normalized(2...4) {
        case .success(let normalized):
            #expect(code == nil, "\(text.debugDescription)")
            #expect(Array(normalized.utf8) == (try? text.nfcUTF8))
        case .failure(let rejection): #expect(rejection.code == code, "\(text.debugDescription)")
        }
    }

    @Test func `a text much too long, or with too many marks, is not normalized`() {
        let marks = String(repeating: "\u{301}\u{316}", count: 16)
        guard case .failure(let long) = ("a" + String(repeating: marks, count: 1000)).normalized(1...100) else {
            Issue.record("accepted")
            return
        }
        #expect(long.code == "too_long")
        guard case .failure(let marked) = ("a" + marks).normalized(1...100) else {
            Issue.record("accepted")
            return
        }
        #expect(marked.code == "format")
    }
}
