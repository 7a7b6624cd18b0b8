import Foundation
import Testing

@testable import Gatehouse

@Suite struct MailerSecurityTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "mailer-\(UUID().uuidString)")

    private var certificate: String { folder.appending(path: "certificate.pem").path }

    private static let password = "pä55: word\u{1F511}"

    private static func message() throws -> MailMessage {
        MailMessage(
            recipient: try #require(EmailAddress("user@example.org")), recipientName: "User",
            content: MailTemplate.emailChanged(to: nil).content(greeting: nil, from: .example),
            messageID: "1@example.com", date: Date(timeIntervalSince1970: 0))
    }

    /// Runs `body` with a server that has a certificate for the given address.
    private func withServer(
        _ security: SMTPSettings.Security, credentials: String = "", address: String = "127.0.0.1",
        _ body: (TestMailServer, SMTPSettings) throws -> Void
    ) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let key = folder.appending(path: "key.pem").path
        try ChildProcess.run(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                "2",
                "-subj", "/CN=test", "-addext", "subjectAltName=IP:\(address)", "-keyout", key,
                "-out", certificate,
            ])
        let server = try TestMailServer(
            TestMailServer.Behaviour(
                security: security.rawValue, certificate: certificate, key: key, credentials: credentials))
        var settings = try server.settings()
        settings.security = security
        settings.caFile = certificate
        try body(server, settings)
    }

    @Test(
        "mail goes over STARTTLS and over TLS, signed in", arguments: [SMTPSettings.Security.startTLS, .tls])
    func secure(security: SMTPSettings.Security) throws {
        try withServer(security, credentials: "user:\(Self.password)") { server, settings in
            var settings = settings
            settings.username = "user"
            settings.password = Self.password
            try Mailer(settings).send(try Self.message())
            #expect(try server.nextMail().recipients == ["user@example.org"])
        }
    }

    @Test("an untrusted certificate stops the mail", arguments: [SMTPSettings.Security.startTLS, .tls])
    func untrusted(security: SMTPSettings.Security) throws {
        try withServer(security) { _, settings in
            var settings = settings
            settings.caFile = nil
            let error = #expect(throws: MailError.self) { try Mailer(settings).send(try Self.message()) }
            guard case .delayed(curlCode: 60, _, _) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test("a certificate for another address stops the mail")
    func wrongAddress() throws {
        try withServer(.startTLS, address: "127.0.0.2") { _, settings in
            let error = #expect(throws: MailError.self) { try Mailer(settings).send(try Self.message()) }
            guard case .delayed(curlCode: 60, _, _) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test("with STARTTLS set, a server without it gets neither mail nor password")
    func noDowngrade() throws {
        let server = try TestMailServer(TestMailServer.Behaviour(credentials: "user:\(Self.password)"))
        var settings = try server.settings()
        settings.security = .startTLS
        settings.username = "user"
        settings.password = Self.password
        let error = #expect(throws: MailError.self) { try Mailer(settings).send(try Self.message()) }
        guard case .delayed(curlCode: 64, _, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("a server that requires a sign-in delays mail without one, since the settings can be corrected")
    func missingSignIn() throws {
        let server = try TestMailServer(TestMailServer.Behaviour(credentials: "user:\(Self.password)"))
        let error = #expect(throws: MailError.self) { try Mailer(server.settings()).send(try Self.message()) }
        guard case .delayed(_, _, smtpCode: 530) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("a refused sign-in delays the mail, and its error does not contain the password")
    func signInRefused() throws {
        try withServer(.startTLS, credentials: "user:other") { _, settings in
            var settings = settings
            settings.username = "user"
            settings.password = Self.password
            let error = try #require(
                #expect(throws: MailError.self) { try Mailer(settings).send(try Self.message()) })
            guard case .delayed(curlCode: 67, _, smtpCode: 535) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(!error.isPermanent)
            #expect(!String(reflecting: error).contains(Self.password))
        }
    }
}
