import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

@Suite struct PasswordPolicyTests {
    private static let policy = PasswordPolicy(breachCheck: nil)

    private static func hint(_ password: String, email: String? = nil, name: String? = nil) -> Rejection? {
        policy.assess(password, email: email, name: name)
    }

    @Test(
        "common passwords and patterns are refused, with a hint at what was recognised",
        arguments: [
            ("password1", "common"), ("iloveyou1", "common"), ("PASSWORD", "common"), ("drowssap", "common"),
            ("p4ssw0rd", "other signs"), ("P@ssw0rd", "other signs"),
            ("qwertyuiop", "common"), ("asdfghjkl;'", "next to each other"), ("1qaz2wsx", "common"),
            ("kkkkkkkkkkkk", "repeats"), ("xkqxkqxkq", "repeats"), ("абабабабаб", "repeats"), ("12345678", "common"),
            ("abcdefghijklm", "alphabet"), ("9876543210", "counts"), ("19841984", "year"), ("23.11.1984", "date"),
            ("passwordpassword", "common"), ("😀😀😀😀😀😀😀😀", "repeats"), ("жжжжжжжжжжжжжж", "repeats"),
        ])
    func weak(password: String, hint: String) throws {
        let rejection = try #require(Self.hint(password))
        #expect(rejection.code == "too_weak")
        #expect(rejection.message.contains(hint), "\(rejection.message)")
    }

    @Test(
        "passphrases in any script and random characters are accepted",
        arguments: [
            "correct horse battery staple", "верный конь батарея скоба", "正しい馬電池ホチキス留め",
            "🐴🔋📎✅🌋🎻🪁🧦", "צנצנת של כוכבים", "xK7#qLw2", "ħé¿ßœŋđł", "tr0ub4dor&3 and more",
        ])
    func strong(password: String) {
        #expect(Self.hint(password) == nil)
    }

    @Test(
        "what is made of the person's name or address is refused",
        arguments: [
            ("ada.lovelace", "ada.lovelace@example.com", nil), ("Lovelace1815", nil, "Ada Lovelace"),
            ("ada.lovelace@example.com", "ada.lovelace@example.com", nil), ("l0v3l4c3", nil, "Ada Lovelace"),
            ("Engelhardtstetten", "ada@engelhardtstetten.example", nil), ("ecalevol", nil, "Lovelace"),
            ("василиса1", nil, "Василиса"), ("ВАСИЛИСА", nil, "Василиса Премудрая"),
            ("zoe\u{308}zoe\u{308}zoe", nil, "Zo\u{EB}"), ("山田太郎山田太郎", nil, "山田太郎"),
            ("averylonglocalpartthatnobodyeverhas", "averylonglocalpartthatnobodyeverhas@example.com", nil),
        ] as [(String, String?, String?)])
    func personal(password: String, email: String?, name: String?) throws {
        let rejection = try #require(Self.hint(password, email: email, name: name))
        #expect(rejection.code == "too_weak")
        #expect(rejection.message.contains("your name or address"), "\(rejection.message)")
    }

    @Test("a name of short words does not make other passwords weak")
    func shortWords() {
        #expect(Self.hint("xkqzvwpj", name: "x k q z v w p j") == nil)
    }

    @Test(
        "the length counts code points after NFC",
        arguments: [
            ("", "too_short"), ("xK7#qLw", "too_short"), ("e\u{301}e\u{301}e\u{301}e\u{301}", "too_short"),
            (String(repeating: "xK7#qLw2", count: 16) + "x", "too_long"),
            (String(repeating: "🐴🔋📎✅🌋🎻🪁🧦", count: 16) + "🐴", "too_long"),
        ])
    func length(password: String, code: String) {
        #expect(Self.hint(password)?.code == code)
    }

    @Test("128 code points are accepted, of whatever characters")
    func longest() {
        #expect(Self.hint(String(repeating: "🐴🔋📎✅🌋🎻🪁🧦", count: 16)) == nil)
        #expect(Self.hint(String(repeating: "e\u{301}xK7#qLw", count: 16)) == nil)
    }

    @Test("a password is bounded before it is normalised")
    func bounded() {
        let marks = String(repeating: "\u{301}\u{316}", count: 15)
        #expect(PasswordLength.fault(of: "correct horse a\(marks)", in: PasswordLength.new) == nil)
        #expect(PasswordLength.fault(of: "correct horse a\(marks)\u{301}", in: PasswordLength.new)?.code == "format")
        let long = "a" + String(repeating: "\u{301}", count: 400_000) + String(repeating: "\u{316}", count: 400_000)
        #expect(PasswordLength.fault(of: long, in: PasswordLength.new)?.code == "too_long")
        // In NFC each of these is one of the 128.
        let decomposed = String(repeating: "\u{3B1}\u{313}\u{300}\u{345}", count: 128)
        #expect(PasswordLength.fault(of: decomposed, in: PasswordLength.new) == nil)
    }

    @Test("a U+0000 does not hide what follows it")
    func null() {
        #expect(Self.hint("\u{0}xK7#qLw2 more") == nil)
    }

    @Test("threads can use it at the same time")
    func parallel() throws {
        let passwords = ["password1", "correct horse battery staple", "lovelace12", "1212121212121212", "😀😀😀😀😀😀😀😀"]
        let expected = passwords.map { Self.hint($0, email: "ada@example.com", name: "Ada Lovelace")?.message }
        let answers = try inParallel(8) { _ in
            try (0..<200).map { round in
                let index = round % passwords.count
                let hint = Self.hint(passwords[index], email: "ada@example.com", name: "Ada Lovelace")
                try #require(hint?.message == expected[index])
            }
        }
        for answer in answers { #expect(throws: Never.self) { try answer.get() } }
    }
}
