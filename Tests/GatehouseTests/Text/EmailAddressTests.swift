import Testing
import Web

@testable import Gatehouse

@Suite struct EmailAddressTests {
    @Test(
        "an address is read into what is shown, compared and sent to",
        arguments: [
            // entered, key, mailbox
            ("user@example.com", "user@example.com", "user@example.com"),
            ("User.Name+Tag@Example.COM", "user.name+tag@example.com", "User.Name+Tag@example.com"),
            ("o'brien!#$%&*+-/=?^_`{|}~@example.com", "o'brien!#$%&*+-/=?^_`{|}~@example.com", nil),
            ("a@b.co", "a@b.co", "a@b.co"),
            ("Jörg@Bücher.Example", "jörg@xn--bcher-kva.example", "Jörg@xn--bcher-kva.example"),
            ("x@faß.example", "x@xn--fa-hia.example", "x@xn--fa-hia.example"),
            ("用户@例子.广告", "用户@xn--fsqu00a.xn--4rr70v", "用户@xn--fsqu00a.xn--4rr70v"),
            ("उपयोगकर्ता@example.com", "उपयोगकर्ता@example.com", nil),
            (
                "\(String(repeating: "a", count: 64))@example.com",
                "\(String(repeating: "a", count: 64))@example.com", nil
            ),
        ] as [(String, String, String?)])
    func accepted(entered: String, key: String, mailbox: String?) throws {
        let address = try #require(EmailAddress(entered))
        #expect(Array(address.entered.utf8) == Array(entered.utf8))
        #expect(Array(address.key.utf8) == Array(key.utf8))
        #expect(Array(address.mailbox.utf8) == Array((mailbox ?? entered).utf8))
    }

    @Test("long rows of marks, and texts longer than an address, are refused without further analysis")
    func bounded() {
        let marks = String(repeating: "\u{316}\u{301}", count: 15)
        #expect(EmailAddress("a\(marks)@example.com") != nil)
        #expect(EmailAddress("a\(marks)\u{316}@example.com") == nil)
        #expect(EmailAddress(String(repeating: "a\u{301}", count: 400_000) + "@example.com") == nil)
    }

    @Test(
        "spellings of one address share a key",
        arguments: [
            ("user@example.com", "USER@EXAMPLE.COM"),
            ("user@bücher.example", "user@xn--bcher-kva.example"),
            ("user@bücher.example", "user@BÜCHER.example"),
            ("user@bücher.example", "user@XN--BCHER-KVA.example"),
            ("user@bu\u{308}cher.example", "user@b\u{FC}cher.example"),
            ("jo\u{308}rg@example.com", "J\u{D6}RG@example.com"),
            ("user@example\u{3002}com", "user@example.com"),
            ("νίκος.παππάς@example.com", "ΝΊΚΟΣ.ΠΑΠΠΆΣ@example.com"),
            ("\u{1F80}@example.com", "\u{391}\u{313}\u{345}@example.com"),
            ("istanbul@example.com", "ISTANBUL@example.com"),
            ("i\u{307}stanbul@example.com", "\u{130}STANBUL@example.com"),
            ("stra\u{DF}e@example.com", "STRA\u{1E9E}E@example.com"),
            ("\u{B5}@example.com", "\u{39C}@example.com"),
        ])
    func sameKey(one: String, other: String) throws {
        let keys = try [one, other].map { Array(try #require(EmailAddress($0)).key.utf8) }
        #expect(keys[0] == keys[1])
    }

    @Test("different addresses have different keys")
    func differentKeys() throws {
        let keys = try [
            "a@example.com", "b@example.com", "a@example.org", "a+x@example.com", "ä@example.com", "s@example.com",
            "ſ@example.com", "ss@example.com", "ß@example.com", "i@example.com", "ı@example.com",
            "i\u{307}@example.com", "fi@example.com", "ﬁ@example.com", "ʼn@example.com", "ŉ@example.com",
            "m@example.com", "µ@example.com",
        ]
        .map { try #require(EmailAddress($0)).key }
        #expect(Set(keys).count == keys.count)
    }

    @Test func `no letter beyond ASCII is mistaken for an ASCII one`() {
        for scalar in (0x80...0x10FFFF).lazy.compactMap(Unicode.Scalar.init) {
            guard let nfc = try? String(scalar).nfc, nfc.utf8.allSatisfy({ $0 < 0x80 }) else { continue }
            #expect(EmailAddress("\(scalar)@example.com") == nil, "U+\(String(scalar.value, radix: 16))")
        }
    }

    @Test(
        arguments: [
            ("user@example.com", nil), ("ΝΊΚΟΣ@example.com", nil), ("User@Bücher.example", "user@bücher.example"),
            ("user@XN--BCHER-KVA.example", "user@bücher.example"), ("user@παππάς.example", "user@παππάσ.example"),
            ("用户@例子.广告", "用户@例子.广告"), ("x@mail.faß.example", "x@mail.faß.example"),
        ] as [(String, String?)])
    func `an address in another script is found by its own spelling`(entered: String, unicodeKey: String?) throws {
        let address = try #require(EmailAddress(entered))
        #expect(address.unicodeKey.map { Array($0.utf8) } == unicodeKey.map { Array($0.utf8) })
    }

    @Test func `a stored address of an earlier version is read in NFC`() throws {
        let address = try #require(EmailAddress.stored("\u{212A}ate@example.com"))
        #expect(Array(address.entered.utf8) == Array("Kate@example.com".utf8))
        #expect(EmailAddress.stored("us\u{200B}er@example.com") == nil)
    }

    @Test(
        "what is not an address is refused",
        arguments: [
            "", "@", "user", "user@", "@example.com", "a@b@example.com", "user@localhost", "user@com",
            ".user@example.com", "user.@example.com", "us..er@example.com", "\"user\"@example.com",
            "us er@example.com", " user@example.com", "user@example.com ", "user@exa mple.com",
            "user@[127.0.0.1]", "user@127.0.0.1", "user@[IPv6:::1]", "user@example..com", "user@.example.com",
            "user@example.com.", "user@-example.com", "user@example-.com", "user@exa_mple.com",
            "user@example.com\r\nRCPT TO:<x@example.com>", "user\n@example.com", "us\u{0}er@example.com",
            "\u{212A}ate@example.com", "us\u{1FEF}er@example.com", "us\u{37E}er@example.com",
            "user@example.com\u{0}.example.org", "us\u{7F}er@example.com", "user\u{200B}@example.com",
            "user\u{202E}@example.com", "us\u{200D}er@example.com", "user@exam\u{202E}ple.com",
            "\u{301}user@example.com", "user@\u{301}example.com", "user@xn--\u{FC}.example",
            "user@xn--a.example",
            "us\u{FE0F}er@example.com", "us\u{34F}er@example.com", "us\u{E0100}er@example.com",
            "us\u{3164}er@example.com",
            "us\u{115F}er@example.com", "us\u{FFA0}er@example.com", "us\u{17B4}er@example.com",
            "us\u{AD}er@example.com",
            "user@exam\u{AD}ple.com", "user@exam\u{200B}ple.com", "user@exam\u{FE0F}ple.com",
            "user@example\u{2060}.com",
            "user<x>@example.com", "user,x@example.com", "user;x@example.com", "user:x@example.com",
            "user(x)@example.com", "us\\er@example.com", "user@example.com>", "😀@example.com",
            "\(String(repeating: "a", count: 65))@example.com",
            "\(String(repeating: "ä", count: 33))@example.com",
            "user@\(String(repeating: "a", count: 64)).example",
            "user@\(Array(repeating: "abcdefghi", count: 25).joined(separator: ".")).example",
        ])
    func refused(text: String) {
        #expect(EmailAddress(text) == nil)
    }
}
