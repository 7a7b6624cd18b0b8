import Testing
import Web

@Suite("Bytes of text from outside")
struct BytesTests {
    /// Swift's `==` considers each pair equal, although their bytes differ.
    @Test(
        "texts that Unicode calls equal have different bytes",
        arguments: [
            ("\u{037E}", ";"), ("\u{212A}", "K"), ("\u{1FEF}", "`"), ("e\u{0301}", "\u{00E9}"),
            ("a\u{0301}\u{0316}", "a\u{0316}\u{0301}"),
        ])
    func differ(pair: (String, String)) {
        #expect(pair.0 == pair.1)
        #expect(!pair.0.hasSameBytes(as: pair.1))
        #expect(!pair.0.hasSameBytes(asIgnoringASCIICase: pair.1))
        #expect(!pair.0.beginsWithBytes(of: pair.1))
    }

    @Test("every byte counts", arguments: 0...70)
    func allBytes(count: Int) {
        var bytes = [UInt8](repeating: 0x41, count: count)
        #expect(bytes.withUnsafeBytes { $0.allBytes(satisfy: \.isVisibleASCII) })
        for index in bytes.indices {
            bytes[index] = 0x7F
            #expect(!bytes.withUnsafeBytes { $0.allBytes(satisfy: \.isVisibleASCII) })
            bytes[index] = 0x41
        }
    }

    @Test("only ASCII letters are the same in both cases")
    func cases() {
        #expect("Application/JSON".hasSameBytes(asIgnoringASCIICase: "application/json"))
        #expect(!"\u{C4}".hasSameBytes(asIgnoringASCIICase: "\u{E4}"))
        #expect(!"[".hasSameBytes(asIgnoringASCIICase: "{"))
    }

    @Test("a text splits at the byte and nowhere else, also before a combining mark")
    func splits() {
        let parts = "a\u{037E}b;\u{0301}c;;d".split(atByte: UInt8(ascii: ";"), omittingEmptySubsequences: false)
        #expect(parts.map { Array($0.utf8) } == ["a\u{037E}b", "\u{0301}c", "", "d"].map { Array($0.utf8) })
        #expect("a=b=c"[...].split(atByte: UInt8(ascii: "="), maxSplits: 1) == ["a", "b=c"])
    }
}
