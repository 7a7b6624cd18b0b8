import Foundation
import Testing

@testable import Gatehouse

@Suite struct MailTemplateTests {
    private static let link = "https://id.example.com/verify-email?a=1&b=\"2\"#token=x"

    private static func contents(name: String, device: String = "Firefox on Linux") -> [MailContent] {
        [
            .verifyEmail(name: name, link: link, expiresIn: .seconds(86_400)),
            .accountMade(name: name, link: link, expiresIn: .seconds(7 * 86_400)),
            .sessionRevokedAfterReuse(
                name: name, device: device, when: Date(timeIntervalSince1970: 1_795_392_000.75)),
            .apiKeyMade(name: name, key(named: device), when: Date(timeIntervalSince1970: 1_795_392_000.75)),
        ]
    }

    private static func key(named name: String) -> MailContent.APIKeyFacts {
        MailContent.APIKeyFacts(
            name: name, hint: "a1B2", scopes: ["account:read", "projects:read"],
            expiresAt: Date(timeIntervalSince1970: 1_795_392_000), isOfOrganization: false)
    }

    @Test("the mail about a new API key tells what it is")
    func apiKeyMade() {
        let mail = MailContent.apiKeyMade(
            name: "Ada", Self.key(named: "Nightly export"), when: Date(timeIntervalSince1970: 1_795_395_600))
        for part in [mail.text, mail.html] {
            for fact in [
                "made on 2026-11-23 01:00 UTC", "Name: Nightly export", "Ends in: a1B2",
                "Scopes: account:read, projects:read", "Expires: 2026-11-23 00:00 UTC",
            ] { #expect(part.contains(fact)) }
        }
        let replaced = MailContent.apiKeyReplaced(
            name: "Ada", Self.key(named: "see http://evil.example"), when: Date(timeIntervalSince1970: 1_795_395_600))
        #expect(replaced.html.contains("replaced on 2026-11-23 01:00 UTC"))
        #expect(!replaced.text.contains("evil") && !replaced.html.contains("evil"))
    }

    @Test("the verification mail holds the link and its lifetime in both parts")
    func verifyEmail() {
        let mail = Self.contents(name: "Ada")[0]
        #expect(mail.text.contains("\n\(Self.link)\n"))
        #expect(mail.text.contains("24 hours"))
        #expect(
            mail.html.contains("href=\"https://id.example.com/verify-email?a=1&amp;b=&quot;2&quot;#token=x\"")
        )
        #expect(mail.html.contains("24 hours"))
        let short = MailContent.verifyEmail(name: "Ada", link: Self.link, expiresIn: .seconds(3600))
        #expect(short.text.contains("1 hour."))
    }

    @Test("the mail about an ended sign-in tells device and time in both parts")
    func sessionRevoked() {
        let mail = Self.contents(name: "Ada")[2]
        for part in [mail.text, mail.html] {
            #expect(part.contains("Device: Firefox on Linux"))
            #expect(part.contains("Time: 2026-11-23 00:00 UTC"))
        }
    }

    @Test(
        "what people typed never becomes markup",
        arguments: ["<script>alert(1)", "a & b", "\"><img src=x onerror=alert(1)>", "' onload='x", "</p><b>"])
    func escaping(text: String) {
        for mail in Self.contents(name: text, device: text) {
            #expect(!mail.html.contains(text))
            #expect(
                !mail.html.contains("<script") && !mail.html.contains("<img") && !mail.html.contains("<b>"))
        }
        #expect(HTML("<i>\(text)</i>").markup.filter { $0 == "<" }.count == 2)
    }

    @Test("HTML inside HTML stays markup")
    func nesting() {
        let inner: HTML = "<b>\("a<b")</b>"
        #expect(HTML("<p>\(inner)</p>").markup == "<p><b>a&lt;b</b></p>")
    }

    @Test("lines of the text part are at most 78 columns, links aside", arguments: [1, 20, 79, 500])
    func wrapping(length: Int) {
        let name = String(repeating: "wide ", count: length)
        for mail in Self.contents(name: name, device: String(repeating: "d", count: length)) {
            let lines = mail.text.split(separator: "\n").filter { $0 != Self.link }
            #expect(lines.allSatisfy { $0.count <= 78 || !$0.contains(" ") })
            #expect(mail.text.utf8.allSatisfy { $0 == 0x0A || $0 >= 0x20 })
        }
    }

    @Test(
        "a name that mail programs would turn into a link is left out of the greeting",
        arguments: [
            "http://evil.example", "win at evil.example now", "www.evil.example", "a@b.example", "mailto:x",
            "",
        ])
    func advertisement(name: String) {
        for mail in Self.contents(name: name) {
            #expect(mail.text.hasPrefix("Hello,\n"))
            #expect(!mail.html.contains("evil"))
        }
    }

    @Test(
        "an ordinary name stands in the greeting",
        arguments: ["J.R.R. Tolkien", "Sammy Davis Jr.", "Åsa", "山田"])
    func ordinaryName(name: String) {
        #expect(Self.contents(name: name).allSatisfy { $0.text.hasPrefix("Hello \(name),\n") })
    }
}
