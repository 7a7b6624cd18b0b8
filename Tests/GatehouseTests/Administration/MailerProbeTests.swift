import Testing

@testable import Gatehouse

@Suite struct MailerProbeTests {
    @Test func `a probe signs in`() throws {
        let server = try TestMailServer(TestMailServer.Behaviour(credentials: "user:right"))
        var settings = try server.settings()
        (settings.username, settings.password) = ("user", "right")
        try Mailer(settings).probe()
        settings.password = "wrong"
        let error = #expect(throws: MailError.self) { try Mailer(settings).probe() }
        guard case .delayed(_, _, smtpCode: 535)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `a probe needs the TLS that the settings require`() throws {
        let server = try TestMailServer()
        var settings = try server.settings()
        try Mailer(settings).probe()
        for security in [SMTPSettings.Security.startTLS, .tls] {
            settings.security = security
            #expect(throws: MailError.self) { try Mailer(settings).probe() }
        }
    }
}
