import FoundationEssentials
import Testing
import Web

@Suite struct Base64URLTests {
    @Test(arguments: [
        ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
        ("foobar", "Zm9vYmFy"),
    ])
    func `the vectors of RFC 4648 without padding`(content: String, text: String) {
        #expect(Base64URL.encode(content.utf8) == text)
        #expect(Base64URL.decode(text) == Array(content.utf8))
    }

    @Test func `every byte is encoded and decoded as by Foundation`() {
        for count in 0...66 {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255) }
            let text = Base64URL.encode(bytes)
            let standard = Data(bytes).base64EncodedString()
            #expect(text == String(standard.prefix { $0 != "=" }.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 }))
            #expect(Base64URL.decode(text) == bytes)
        }
    }

    @Test(arguments: [
        "ab+/", "YQ==", "YQ=", "a", "abcde", "a b", "YWI\n", "YR", "YWJ", "YQ\u{0}", "\u{e9}A", ".", "=", "====",
    ])
    func `every other form is refused`(text: String) {
        #expect(Base64URL.decode(text) == nil)
        // The same text when it is not one block of memory in UTF-8.
        #expect(Base64URL.decode(Substring("x" + text).dropFirst()) == nil)
    }

    @Test func `the last character of a text has one form`() {
        for character in "BCDEFGHIJKLMNOPRSTUVWXYZabcdefhijklmnopqrstuvxyz0123456789-_" {
            #expect(Base64URL.decode("A\(character)") == nil)
        }
        for character in "AQgw" { #expect(Base64URL.decode("A\(character)")?.count == 1) }
    }
}
