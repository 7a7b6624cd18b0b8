import Foundation
import Testing
import Web

@testable import Gatehouse

@Suite struct MailTemplateTests {
    private static let time = Date(timeIntervalSince1970: 1_795_392_000.75)
    private static let base = "https://id.example.com/?a=1&b=\"2\""

    /// Every template, with the longest content of each of its parameters.
    private static func templates(
        name: String = "Ada", address: String = "ada@example.com", userAgent: String = "X (Linux) Firefox/1"
    ) throws -> [String: MailTemplate] {
        let link = PageLink("/verify-email", at: base, with: OpaqueToken(.verifyEmail))
        let address = try #require(EmailAddress(address))
        let device = Device(userAgent: userAgent).inMails
        let person = PlainName(person: name, isVerified: false)
        let key = MailTemplate.APIKeyFacts(
            name: PlainName(organization: name), hint: MailWord(name),
            scopes: [MailWord("account:read"), MailWord(userAgent)]
                .compactMap { $0 }, expiresAt: time, holder: .organization(PlainName(organization: name)))
        return [
            "apiKeyMade": .apiKeyMade(key, when: time, resetPage: link),
            "apiKeyReplaced": .apiKeyReplaced(key, when: time, resetPage: link),
            "accountMade": .accountMade(link: link, expiresIn: .seconds(7 * 86_400), resetPage: link),
            "accountDeleted": .accountDeleted(erasedOn: time), "alreadyRegistered": .alreadyRegistered(resetPage: link),
            "alreadyWaiting": .alreadyWaiting(link: link, expiresIn: .seconds(86_400)),
            "confirmEmail": .confirmEmail(link: link, expiresIn: .seconds(3600)),
            "emailChangeRequested": .emailChangeRequested(to: address, resetPage: link),
            "emailChanged": .emailChanged(to: address),
            "identityLinked": .identityLinked(provider: "Google", when: time, resetPage: link),
            "identityUnlinked": .identityUnlinked(provider: "Google", when: time, resetPage: link),
            "invitation": .invitation(
                to: PlainName(organization: name), by: person, as: Invitation.Role.member, link: link, expiresOn: time),
            "passwordChanged": .passwordChanged(when: time, resetPage: link),
            "passwordReset": .passwordReset(link: link, expiresIn: .seconds(86_400), hasPassword: true),
            "passwordSet": .passwordSet(when: time, resetPage: link),
            "proofCode": .proofCode(try #require(MailWord("123456")), expiresIn: .seconds(600)),
            "sessionRevokedAfterReuse": .sessionRevokedAfterReuse(
                device: device, since: time, when: time, resetPage: link),
            "signInAttempts": .signInAttempts(when: time, resetPage: link),
            "signInAttemptsBeforeVerification": .signInAttemptsBeforeVerification(when: time, resetPage: link),
            "verifyEmail": .verifyEmail(link: link, expiresIn: .seconds(86_400)),
            "verifyEmailOfAccountMade": .verifyEmailOfAccountMade(link: link, expiresIn: .seconds(86_400)),
            "webhookNotice": .webhookNotice(
                .dead, name: PlainName(organization: name), id: MailWord("01935c1e-8a00-7c3d-9e4f-2b6a71d0c518")),
        ]
    }

    private static func contents(name: String, address: String = "ada@example.com", userAgent: String = "") throws
        -> [MailContent]
    {
        try templates(name: name, address: address, userAgent: userAgent).values.map {
            $0.content(greeting: PlainName(person: name, isVerified: true), from: .example)
        }
    }

    /// Templates and their texts contain only our own text, or values of types that have validated them.
    @Test func `no template and no text of a mail takes a string`() throws {
        let sources = try RepositoryFile.paths(below: "Sources/Gatehouse").filter { $0.hasSuffix(".swift") }
            .map { (path: $0, text: try RepositoryFile.text($0)) }
        var declared: Set<String> = []
        for (_, source) in sources {
            for part in source.components(separatedBy: "extension MailTemplate {").dropFirst() {
                let functions = part.matches(of: /\n    (?:\w+ )*static func (\w+)\(([^{]*)\) -> MailTemplate \{/)
                for function in functions {
                    declared.insert(String(function.1))
                    let types = function.2.matches(of: /: ([^,()]+?)(?=[,\n]|$)/).map {
                        String($0.1).trimmingCharacters(in: .whitespaces)
                    }
                    #expect(!types.isEmpty && Set(types).isSubset(of: Self.placeTypes), "\(function.1): \(types)")
                }
            }
        }
        // The two about API keys share `apiKeyNotice`.
        #expect(declared == Set(try Self.templates().keys).union(["apiKeyNotice"]))
        let text = try #require(sources.first { $0.path.hasSuffix("/MailText.swift") }).text
        let interpolated = text.matches(of: /func appendInterpolation\((?:\w+ )?\w+: ([^)]+)\)/).map { String($0.1) }
        #expect(
            Set(interpolated)
                == Set(
                    ["MailText", "PlainName", "EmailAddress", "MailWord", "[MailWord]", "Int", "Date", "Duration"] + [
                        Self.word
                    ]))
        let facts = try #require(sources.first { $0.path.hasSuffix("/APIKeyMails.swift") }).text
        #expect(!facts.contains(": String"))
        for (path, source) in sources where !path.hasSuffix("/JobMail.swift") {
            #expect(!source.contains("MailMessage("), "\(path) sends a mail without a template")
        }
    }

    private static let word = "some RawRepresentable<String> & CaseIterable"
    private static let placeTypes: Set = [
        "PlainName?", "EmailAddress?", "MailText", "MailText?", "MailWord", "PageLink", "Date", "Date?", "Duration",
        "Bool", "MailWord?", "APIKeyFacts", "SendWebhookNotice.Occasion", word,
    ]

    @Test(arguments: [
        "http://evil.example", "evil。example", "evil\u{FF0E}example", "evil\u{2024}example", "evil.\u{34F}example",
        "CALL +1-800-EVIL", "<script>evil", "a & evil.example", "\"><img src=evil onerror=alert(1)>", "' onload='evil",
        "</p><b>evil",
        "evil\r\nBcc: x", "evil@evil.example", "evil (+http://evil.example)",
    ])
    func `nobody can write into a mail by a name or by the name of a browser`(text: String) throws {
        for (name, template) in try Self.templates(name: text, userAgent: text) {
            let mail = template.content(
                greeting: MailRecipient(
                    try #require(EmailAddress("ada@example.com")), named: text, isVerified: true
                ).name, from: .example)
            for part in [mail.subject, mail.text, mail.html] {
                #expect(!part.lowercased().contains("evil"), "\(name)")
            }
            #expect(mail.text.hasPrefix("Hello,\n"), "\(name)")
            #expect(
                !mail.html.contains("<script") && !mail.html.contains("<img") && !mail.html.contains("<b>"), "\(name)")
        }
    }

    @Test(arguments: [
        (90, "1 minute"), (1800, "30 minutes"), (3599, "59 minutes"), (3600, "1 hour"), (24 * 3600, "24 hours"),
        (25 * 3600, "1 day"), (7 * 86_400, "7 days"),
    ])
    func `a lifetime is written in the largest unit that says enough`(seconds: Int, text: String) {
        #expect(("\(Duration.seconds(seconds))" as MailText).text == text)
    }

    @Test func `the verification mail contains the link and its lifetime in both parts`() throws {
        let link = PageLink("/verify-email", at: Self.base, with: OpaqueToken(.verifyEmail))
        let mail = MailTemplate.verifyEmail(link: link, expiresIn: .seconds(86_400)).content(
            greeting: nil, from: .example)
        #expect(mail.text.contains("\n\(link.url)\n"))
        #expect(mail.text.contains("24 hours") && mail.html.contains("24 hours"))
        #expect(mail.html.contains("href=\"https://id.example.com/?a=1&amp;b=&quot;2&quot;/verify-email#token=ghv_"))
        let short = MailTemplate.verifyEmail(link: link, expiresIn: .seconds(3600)).content(
            greeting: nil, from: .example)
        #expect(short.text.contains("1 hour."))
        let long = MailTemplate.accountMade(
            link: link, expiresIn: .seconds(7 * 86_400), resetPage: PageLink("/reset-password", at: Self.base)
        ).content(greeting: nil, from: .example)
        #expect(long.text.contains("7 days."))
        #expect(long.text.contains("\n\(PageLink("/reset-password", at: Self.base).url)\n"))
    }

    @Test func `a mail about a webhook has the numbers of the schedule`() {
        func text(_ occasion: SendWebhookNotice.Occasion) -> String {
            MailTemplate.webhookNotice(occasion, name: nil, id: nil).content(greeting: nil, from: .example).text
                .replacing("\n", with: " ")
        }
        #expect(text(.dead).contains("9 times, over more than 3 days."))
        #expect(text(.failing).contains("succeeded for 5 days."))
        #expect(text(.gone).contains("410 Gone") && text(.gone).contains("kept for 30 days."))
    }

    @Test func `every mail says which service it comes from`() throws {
        let service = MailService(name: "A & Ö", publicURL: "https://id.example.com")
        for (name, template) in try Self.templates() {
            let mail = template.content(greeting: nil, from: service)
            #expect(mail.text.hasSuffix("\nThis mail comes from A & Ö: https://id.example.com\n"), "\(name)")
            #expect(mail.html.contains(">This mail comes from A &amp; Ö: https://id.example.com</p>"), "\(name)")
        }
    }

    @Test func `the mail about an ended sign-in has its device and times in both parts`() throws {
        let template = try #require(try Self.templates()["sessionRevokedAfterReuse"])
        let mail = template.content(greeting: nil, from: .example)
        for part in [mail.text, mail.html] {
            #expect(part.contains("Device: Firefox on Linux"))
            #expect(part.contains("Signed in: 2026-11-23 00:00 UTC"))
            #expect(part.contains("Signed out: 2026-11-23 00:00 UTC"))
        }
        let other = MailTemplate.sessionRevokedAfterReuse(
            device: nil, since: nil, when: Self.time, resetPage: PageLink("/reset-password", at: Self.base)
        ).content(greeting: nil, from: .example)
        #expect(!other.text.contains("Device") && !other.text.contains("Signed in:"))
    }

    @Test func `the mail about a new API key describes it`() throws {
        let key = MailTemplate.APIKeyFacts(
            name: PlainName(organization: "Nightly export"), hint: MailWord("a1B2"),
            scopes: ["account:read", "projects:read"].compactMap(MailWord.init), expiresAt: Self.time,
            holder: .account)
        let page = PageLink("/reset-password", at: Self.base)
        let mail = MailTemplate.apiKeyMade(key, when: Self.time, resetPage: page).content(greeting: nil, from: .example)
        #expect(mail.text.contains("\n\(page.url)\n") && mail.html.contains("revokes all of your API keys"))
        for part in [mail.text, mail.html] {
            for fact in [
                "made on 2026-11-23 00:00 UTC", "Name: Nightly export", "Ends in: a1B2",
                "Scopes: account:read, projects:read", "Expires: 2026-11-23 00:00 UTC",
            ] { #expect(part.contains(fact)) }
        }
        let replaced = MailTemplate.apiKeyReplaced(key, when: Self.time, resetPage: page)
            .content(greeting: nil, from: .example)
        #expect(replaced.html.contains("replaced on 2026-11-23 00:00 UTC"))
    }

    @Test(arguments: [
        ("Analytical Engines", "for the organization Analytical Engines was made"),
        ("call +1-800-EVIL", "for an organization of yours was made"),
    ])
    func `the mail about a key of an organization has its name if that is plainly a name`(
        organization: String, words: String
    ) throws {
        let key = MailTemplate.APIKeyFacts(
            name: nil, hint: nil, scopes: [], expiresAt: nil,
            holder: .organization(PlainName(organization: organization)))
        let page = PageLink("/reset-password", at: Self.base)
        let mail = MailTemplate.apiKeyMade(key, when: Self.time, resetPage: page).content(greeting: nil, from: .example)
        #expect(mail.html.contains(words))
        #expect(mail.html.contains("every owner and admin of the organization can do that"))
    }

    @Test func `the notice can contain a new address`() throws {
        let address = EmailAddress("grace@example.org")
        let page = PageLink("/reset-password", at: Self.base)
        for template in [MailTemplate.emailChanged(to: address), .emailChangeRequested(to: address, resetPage: page)] {
            #expect(template.content(greeting: nil, from: .example).text.contains("grace@example.org"))
        }
        for template in [MailTemplate.emailChanged(to: nil), .emailChangeRequested(to: nil, resetPage: page)] {
            #expect(template.content(greeting: nil, from: .example).text.contains("another one"))
        }
    }

    @Test func `the text part does not repeat the button`() {
        let page = PageLink("/reset-password", at: Self.base)
        let template = MailTemplate(subject: "x", [.paragraph("Set it here."), .link(page, label: "Set a password")])
        let mail = template.content(greeting: nil, from: .example)
        #expect(mail.text.contains("Set it here.\n\n\(page.url)\n\n"))
        #expect(!mail.text.contains("Set a password") && mail.html.contains("Set a password"))
    }

    @Test func `wide characters count twice in the width of a line`() {
        let wide = String(repeating: "\u{540D}", count: 19) + " " + String(repeating: "\u{524D}", count: 20)
        let name = PlainName(person: wide, isVerified: false)
        let text = MailTemplate(subject: "x", []).content(greeting: name, from: .example).text
        #expect(text.split(separator: "\n").allSatisfy { $0.displayWidth <= 78 })
    }

    @Test("HTML inside HTML stays markup, and text does not become any")
    func nesting() {
        let inner: HTML = "<b>\("a<b")</b>"
        #expect(HTML("<p>\(inner)</p>").markup == "<p><b>a&lt;b</b></p>")
        #expect(HTML("<i>\("<script> \" & '")</i>").markup == "<i>&lt;script&gt; &quot; &amp; &#39;</i>")
    }

    @Test("lines of the text part are at most 78 columns, links aside", arguments: [1, 5, 10])
    func wrapping(length: Int) throws {
        let name = String(repeating: "wide ", count: length)
        let address = "\(String(repeating: "a", count: 64))@\(String(repeating: "b", count: 63)).example"
        for mail in try Self.contents(name: name, address: address) {
            #expect(mail.text.contains("wide"))
            let lines = mail.text.split(separator: "\n").filter { !$0.hasPrefix("https://") }
            #expect(lines.allSatisfy { $0.count <= 78 || !$0.contains(" ") })
            #expect(mail.text.utf8.allSatisfy { $0 == 0x0A || $0 >= 0x20 })
        }
    }

    @Test("an ordinary name appears in the greeting", arguments: ["J.R.R. Tolkien", "Sammy Davis Jr.", "Åsa", "山田"])
    func ordinaryName(name: String) throws {
        #expect(try Self.contents(name: name).allSatisfy { $0.text.hasPrefix("Hello \(name),\n") })
    }
}
