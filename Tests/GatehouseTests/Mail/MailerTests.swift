import Foundation
import Testing

@testable import Gatehouse

@Suite struct MailerTests {
    private static let date = Date(timeIntervalSince1970: 1_795_392_000)
    private static let mailLink = PageLink(
        "/verify-email", at: "https://id.example.com", with: OpaqueToken(.verifyEmail))
    private static var link: String { mailLink.url }

    private static func mail(
        to address: String = "user@example.org", named name: String = "User", _ content: MailContent
    ) throws -> MailMessage {
        MailMessage(
            recipient: try #require(EmailAddress(address)), recipientName: name, content: content,
            messageID: "019ab@example.com", date: date)
    }

    private static func verification(name: String) -> MailContent {
        MailTemplate.verifyEmail(link: mailLink, expiresIn: .seconds(86_400))
            .content(greeting: PlainName(person: name, isVerified: true), from: .example)
    }

    @Test("a mail arrives with its envelope, header fields and both parts")
    func arrives() throws {
        let server = try TestMailServer()
        try Mailer(try server.settings()).send(try Self.mail(Self.verification(name: "Ada Lovelace")))
        let mail = try server.nextMail()
        #expect(mail.sender == "no-reply@example.com")
        #expect(mail.recipients == ["user@example.org"])
        #expect(mail.from == [["Gatehouse", "no-reply@example.com"]])
        #expect(mail.to == [["User", "user@example.org"]])
        #expect(mail.subject == "Confirm your e-mail address")
        #expect(mail.date == Self.date.timeIntervalSince1970)
        #expect(mail.messageID == "<019ab@example.com>")
        #expect(mail.automatic == "auto-generated")
        #expect(mail.type == "multipart/alternative")
        #expect(mail.parts == ["text/plain", "text/html"])
        #expect(mail.defects.isEmpty)
        #expect(mail.text.contains("Hello Ada Lovelace,"))
        #expect(mail.html.contains("Hello Ada Lovelace,"))
        #expect(mail.raw.allSatisfy { $0 < 0x80 })
        #expect(mail.rawText.contains("Content-Transfer-Encoding: 7bit"))
    }

    @Test(arguments: [("長い段落", 400), ("\"&\" ", 600), ("long words ", 300)] as [(MailText, Int)])
    func `a paragraph of any length and script arrives`(words: MailText, count: Int) throws {
        let server = try TestMailServer()
        let text = (0..<count).reduce("" as MailText) { text, _ in text + words }
        let content = MailTemplate(subject: "Long", [.paragraph(text), .list([text])])
            .content(greeting: nil, from: .example)
        try Mailer(try server.settings()).send(try Self.mail(content))
        let mail = try server.nextMail()
        #expect(Self.occurrences(of: words.text, in: mail.text) == 2 * count)
        #expect(Self.occurrences(of: ("\(words.text)" as HTML).markup, in: mail.html) == 2 * count)
        #expect(content.html.split(separator: "\n").allSatisfy { $0.utf8.count <= 998 })
    }

    /// How often a text has these words, whatever the blanks and empty comments between them.
    private static func occurrences(of words: String, in text: String) -> Int {
        func joined(_ text: String) -> String {
            text.filter { !$0.isWhitespace }.replacingOccurrences(of: "<!---->", with: "")
        }
        return joined(text).components(separatedBy: joined(words)).count - 1
    }

    @Test(
        "any name arrives as it is, in a mail of the same header fields, with the link whole in the raw text",
        arguments: [
            "Ada", "Jörg Müller", "山田太郎", "👩‍👩‍👧‍👦 Family 🏳️‍🌈", "שלום עולם", "عبد الله",
            "O'Brien, \"Bob\" <b>",
            "a@b.example, c", "=?UTF-8?B?QWRh?=", "Dr. J.R.R. T.", "a\\b", "(comment)", "Ünï; cödé: group",
            String(repeating: "長い名前", count: 50), String(repeating: "long name ", count: 40) + "x",
            "e\u{301}\u{323}\u{308}", "tab\tname".replacingOccurrences(of: "\t", with: " "),
        ])
    func names(name: String) throws {
        let server = try TestMailServer()
        let mailer = Mailer(try server.settings(senderName: name))
        let content = Self.verification(name: name)
        try mailer.send(
            try Self.mail(
                named: name, MailContent(subject: "For \(name)", text: content.text, html: content.html)))
        let mail = try server.nextMail()
        #expect(mail.defects.isEmpty)
        #expect(mail.from == [[name, "no-reply@example.com"]])
        #expect(mail.to == [[name, "user@example.org"]])
        #expect(mail.subject == "For \(name)")
        #expect(mail.names == Self.headerNames)
        let head = try #require(mail.rawText.range(of: "\r\n\r\n")).lowerBound
        let lines = mail.rawText[..<head].components(separatedBy: "\r\n")
        #expect(lines.allSatisfy { $0.utf8.count <= 76 && $0.utf8.allSatisfy { (0x20..<0x7F).contains($0) } })
        let parts = mail.rawText.components(separatedBy: "Content-Type: text/")
        #expect(parts.count == 3 && parts[1].contains("\r\n\(Self.link)\r\n"))
        #expect(parts[2].contains("href=\"\(Self.link)\""))
        #expect(!mail.rawText.replacingOccurrences(of: "\r\n", with: "").contains { $0.isNewline })
    }

    private static let headerNames = [
        "From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Auto-Submitted", "Content-Type",
    ]

    @Test(
        "no name or subject can add a header field or a recipient",
        arguments: [
            "x\r\nBcc: victim@example.org", "x\nBcc: victim@example.org", "x\rBcc: victim@example.org",
            "x\u{0}Bcc: victim@example.org", "x\r\n\r\nbody", "x\u{2028}Bcc: y", "x\u{85}Bcc: y",
            "\r\n", "x>\r\nRCPT TO:<victim@example.org>", "x\r\n.\r\nMAIL FROM:<a@example.com>",
            "é\r\nBcc: y",
        ])
    func injection(text: String) throws {
        let server = try TestMailServer()
        let content = Self.verification(name: text)
        try Mailer(try server.settings(senderName: text)).send(
            try Self.mail(named: text, MailContent(subject: text, text: content.text, html: content.html)))
        let mail = try server.nextMail()
        #expect(mail.names == Self.headerNames)
        #expect(mail.recipients == ["user@example.org"])
        #expect(mail.to.map(\.last) == ["user@example.org"])
        #expect(mail.defects.isEmpty)
    }

    @Test(
        "a message id that could end its line is refused",
        arguments: ["", "x", "a@b.example>\r\nBcc: x", "a b@c.example"])
    func messageID(text: String) throws {
        let message = MailMessage(
            recipient: try #require(EmailAddress("user@example.org")), recipientName: "",
            content: Self.verification(name: "x"), messageID: text, date: Self.date)
        let server = try TestMailServer()
        #expect(throws: MailError.unsendable) { try Mailer(try server.settings()).send(message) }
    }

    @Test("bodies arrive as they are: lines of dots, long lines, empty lines, a big one")
    func bodies() throws {
        let server = try TestMailServer()
        let mailer = Mailer(try server.settings())
        let texts = [
            ".\n..\n.x\nx.\n\n.\n", "\n\n", "", "no line end", String(repeating: "y", count: 998) + "\n",
            String(repeating: "äöü€ .\n.\n", count: 20_000), "\ttab\n",
        ]
        for text in texts {
            try mailer.send(try Self.mail(MailContent(subject: "Bodies", text: text, html: text)))
            let mail = try server.nextMail()
            #expect(mail.text.utf8.filter { $0 != 0x0D } == Array(text.utf8))
            #expect(mail.defects.isEmpty)
        }
    }

    @Test(
        "a body that internet mail cannot carry is refused",
        arguments: ["a\u{0}b", "a\rb", "a\r\nb", "a\u{1B}b", "\u{7F}", String(repeating: "x", count: 999)])
    func unsendableBody(text: String) throws {
        let server = try TestMailServer()
        let mailer = Mailer(try server.settings())
        #expect(throws: MailError.unsendable) {
            try mailer.send(try Self.mail(MailContent(subject: "x", text: text, html: "x")))
        }
        #expect(throws: MailError.unsendable) {
            try mailer.send(try Self.mail(MailContent(subject: "x", text: "x", html: text)))
        }
    }

    @Test("a local part beyond ASCII goes to a server with SMTPUTF8, and is refused for good by another")
    func internationalAddress() throws {
        let server = try TestMailServer()
        let message = try Self.mail(to: "jörg@bücher.example", named: "Jörg", Self.verification(name: "Jörg"))
        try Mailer(try server.settings()).send(message)
        let mail = try server.nextMail()
        #expect(mail.recipients == ["jörg@xn--bcher-kva.example"])
        #expect(mail.options.contains("SMTPUTF8"))
        #expect(mail.to == [["Jörg", "jörg@xn--bcher-kva.example"]])

        let other = try TestMailServer(TestMailServer.Behaviour(supportsUTF8: false))
        let error = #expect(throws: MailError.self) { try Mailer(try other.settings()).send(message) }
        #expect(error?.isPermanent == true)
    }

    @Test(
        "what the server refuses for good is permanent, what it puts off is not",
        arguments: [
            ("refused@example.org", "x", MailError.refused(smtpCode: 550)),
            ("user@example.org", "REJECT", MailError.refused(smtpCode: 554)),
            ("later@example.org", "x", nil),
        ])
    func refusals(address: String, text: String, expected: MailError?) throws {
        let server = try TestMailServer()
        let message = try Self.mail(to: address, MailContent(subject: "x", text: text, html: "x"))
        let error = try #require(
            #expect(throws: MailError.self) { try Mailer(try server.settings()).send(message) })
        if let expected {
            #expect(error == expected)
            #expect(error.isPermanent)
        } else {
            guard case .delayed(_, _, smtpCode: 450) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(!error.isPermanent)
        }
    }

    @Test("a server that is down delays the mail")
    func serverDown() throws {
        let settings = try {
            let server = try TestMailServer()
            return try server.settings()
        }()
        let error = #expect(throws: MailError.self) {
            try Mailer(settings).send(try Self.mail(Self.verification(name: "x")))
        }
        #expect(error?.isPermanent == false)
    }
}
