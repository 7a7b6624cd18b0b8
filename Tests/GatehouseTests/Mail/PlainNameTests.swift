import Testing

@testable import Gatehouse

@Suite struct PlainNameTests {
    @Test(arguments: [
        "Ada", "Ada Lovelace", "Zoë Ångström", "Zoe\u{308}", "O'Brien", "O\u{2019}Brien", "Jean-Luc",
        "Anne\u{2010}Marie",
        "李小龙", "山田太郎", "山田 タロー", "佐々木", "ミラーJohn", "김철수", "Kim 金민", "Юлия", "Νίκος Παππάς", "שלום", "שָׁלוֹם",
        "عبد الله", "नरेन्द्र", "ณัฐพงษ์ อำนาจ", "Nguyễn Thị Minh Khai", "Հայկ", "გიორგი", "Keʻalohi", "ㄅㄆ王Wang",
        String(repeating: "a", count: 50),
    ])
    func `a plain name is repeated to everybody`(name: String) {
        #expect(PlainName(person: name, isVerified: false)?.text == name)
        #expect(PlainName(person: name, isVerified: true)?.text == name)
        #expect(PlainName(organization: name)?.text == name)
    }

    @Test(arguments: [
        "http://evil.example", "win at evil.example now", "www.evil.example", "a@b.example", "mailto:x", "evil。example",
        "evil\u{3002}example", "evil\u{FF0E}example", "evil\u{2024}example", "evil\u{FF61}example",
        "evil.\u{34F}example",
        "evil\u{34F}.example", "evil\u{FE52}example", "evil\u{A78F}example", "evil\u{2D0}example",
        "evil\u{1D16D}example",
        "evil\u{200B}example", "evil/example", "CALL +1-800-555-0199", "CALL 1-800-555-0199", "call ١٢٣٤٥", "ｅｖｉｌ",
        "𝐞𝐯𝐢𝐥",
        "ⓔvil", "раypаl", "Zoе", "αpple", "名前 Юлия", "evil丶com", "evil〆com", "evilヽcom", "ノevilノcom",
        "a\u{1C0}b", "ǃevil", "김 さくら", "<b>x</b>", "=?UTF-8?B?QWRh?=", "a\nb", "\"Ada\"",
        "Ada 😀", "€",
        "", " ", "-", "''", "\u{301}a", "a \u{301}", "a\u{301}\u{301}\u{301}\u{301}\u{301}", "a\u{20DD}", "\u{3164}",
        "\u{202E}a", "Ada\u{FEFF}", "a;b", "a,b", "a_b", "50% off", "a:b", String(repeating: "a", count: 51),
    ])
    func `a text that is not plainly a name is repeated to nobody`(name: String) {
        #expect(PlainName(person: name, isVerified: false) == nil)
        #expect(PlainName(person: name, isVerified: true) == nil)
        #expect(PlainName(organization: name) == nil)
    }

    @Test(arguments: ["J.R.R. Tolkien", "Sammy Davis Jr.", "Dr. Ada", "M. L."])
    func `abbreviations are repeated to the owner of a verified address`(name: String) {
        #expect(PlainName(person: name, isVerified: true)?.text == name)
        #expect(PlainName(person: name, isVerified: false) == nil)
    }

    @Test(arguments: ["Grace B. Hopper", "Нина Я. Петрова", "A B. C", "George W. Bush H. Walker"])
    func `an initial in the middle is repeated to everybody`(name: String) {
        for isVerified in [true, false] { #expect(PlainName(person: name, isVerified: isVerified)?.text == name) }
        #expect(PlainName(organization: name) == nil)
    }

    @Test(arguments: [
        "B. Hopper", "Grace B.", "Grace B. C. Hopper", "Grace Bo. Hopper", "Grace B.. Hopper", "Grace .B Hopper",
        "Grace B.com Hopper", "evil.example B. Hopper", "Grace B. evil.example", "Grace 1. Hopper", "Grace -. Hopper",
        "Grace  B.  Hopper", "Grace B. ", " B. Hopper", "Dr. B. Hopper", "Grace B. Jr.",
    ])
    func `other full stops are repeated only to owners of verified addresses, if at all`(name: String) {
        #expect(PlainName(person: name, isVerified: false) == nil)
    }

    @Test(arguments: [
        ("Müller & Söhne", true), ("Studio 54", true), ("3M", true), ("Class of 1984", true), ("Call 12345", false),
    ])
    func `organizations may have an ampersand and a year`(name: String, isPlain: Bool) {
        #expect((PlainName(organization: name) != nil) == isPlain)
        #expect(PlainName(person: name, isVerified: true) == nil)
    }

    @Test func `blanks become spaces`() {
        #expect(PlainName(person: "山田\u{3000}太郎", isVerified: false)?.text == "山田 太郎")
        #expect(PlainName(person: "Ada\u{A0}Lovelace", isVerified: false)?.text == "Ada Lovelace")
    }

    @Test func `the standard library knows every script`() throws {
        for script in PlainName.scripts { _ = try Regex("\\p{scx=\(script)}") }
    }
}
