import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

/// A module of another package sends mail.
@Suite struct WelcomeTests {
    private let server: TestMailServer
    private let app: TestApplication

    init() throws {
        server = try TestMailServer()
        app = try TestApplication(
            ["GATEHOUSE_SMTP_PORT": "\(server.port)", "GATEHOUSE_WELCOME_TRIAL_DAYS": "14"], modules: [Welcome.self])
    }

    /// Registers, verifies the address, and leaves only the welcome to be sent.
    private func enter(_ changes: SQL = "name = name") throws {
        let registered = app.send(
            .post, "/api/v1/auth/register",
            ["email": "ada@example.com", "password": .string(TestAccount.password), "name": "Ada Lovelace"])
        #expect(registered.status == .created)
        try app.verifyAddress("ada@example.com")
        let db = app.database.connection()
        try db.execute("DELETE FROM jobs WHERE kind <> 'welcome.send'")
        try db.execute("UPDATE users SET \(changes)")
    }

    @Test func `a module writes its own mail with its settings`() throws {
        try enter()
        try app.runJobs()
        let mail = try server.nextMail()
        #expect(mail.recipients == ["ada@example.com"])
        #expect(mail.to == [["Ada Lovelace", "ada@example.com"]])
        #expect(mail.subject == "Welcome")
        let text = """
            Hello Ada Lovelace,

            Your address is confirmed. For 14 days you can try everything.

            https://id.example.com/welcome

            This mail comes from Gatehouse: https://id.example.com

            """
        #expect(mail.text.replacing("\r\n", with: "\n") == text)
        #expect(mail.html.contains("<html lang=\"en\">"))
        #expect(
            mail.html.contains("<a class=\"button\" href=\"https://id.example.com/welcome\">See the first steps</a>"))
        #expect(mail.defects == [])
    }

    @Test func `a mail and its frame are written in the reader's language`() throws {
        try enter("locale = 'de-CH'")
        try app.runJobs()
        let mail = try server.nextMail()
        #expect(mail.subject == "Willkommen")
        #expect(mail.text.hasPrefix("Guten Tag Ada Lovelace,"))
        #expect(mail.text.contains("Diese Mail kommt von Gatehouse: https://id.example.com"))
        #expect(mail.html.contains("<html lang=\"de\">"))
        #expect(mail.html.contains("Falls der Knopf nicht geht"))
        #expect(!mail.html.contains("If the button"))
    }

    @Test(arguments: ["status = 'suspended'", "status = 'deleted', deleted_at = NOW(6)"] as [SQL])
    func `a user whose account is not in use gets no mail`(changes: SQL) throws {
        try enter(changes)
        // No mail server answers in this context, so an attempt to send would throw.
        try app.run(SendWelcome.self)
    }

    @Test func `the mail exists exactly if the change does, and is deleted with the account`() throws {
        #expect(try app.jobs(SendWelcome.kind) == 0)
        try enter("status = 'deleted', deleted_at = NOW(6) - INTERVAL 31 DAY")
        #expect(try app.jobs(SendWelcome.kind) == 1)
        try EraseDeletedAccounts().run(.test(app))
        #expect(try app.jobs(SendWelcome.kind) == 0)
    }

    @Test func `a link leads to a page of a module`() throws {
        let context = try JobContext.test(app)
        let id = try #require(UUID(uuidString: "018F2B6E-7C00-7000-8000-000000000001"))
        #expect(context.link(to: "/notes", id).url == "https://id.example.com/notes/\(id.text)")
        #expect(PageLink("/", at: "https://app.example.com").url == "https://app.example.com/")
    }
}
