import Database
import FoundationEssentials
import GatehouseTesting
import Logging
import Testing
import Web

@testable import Gatehouse

extension TestApplication {
    /// The hooks of its modules.
    var hooks: Hooks { program.modules.hooks(settings.ofModules) }

    /// The details of each audit event of an action.
    func details(_ action: AuditAction) throws -> [JSON] {
        let texts: [String] = try database.connection().all(
            "SELECT COALESCE(details, 'null') FROM audit_events WHERE action = \(action.rawValue) ORDER BY id")
        return try texts.map { try JSON(parsing: Array($0.utf8)) }
    }

    /// The number of waiting jobs of a kind.
    func jobs(_ kind: String) throws -> Int {
        try value("SELECT COUNT(*) FROM jobs WHERE kind = \(kind)")
    }

    /// Runs the waiting jobs of a kind, as a runner does.
    func run<Work: Job>(_ type: Work.Type) throws {
        let db = database.connection()
        for payload in try db.all("SELECT payload FROM jobs WHERE kind = \(Work.kind) ORDER BY id", as: String.self) {
            try JSONDecoder().decode(type, from: Data(payload.utf8)).run(.test(self))
        }
        try db.execute("DELETE FROM jobs WHERE kind = \(Work.kind)")
    }

    /// Follows the link that verifies an address, with the password of tests.
    func verifyAddress(_ email: String) throws {
        let token = try mailToken(for: email, .verifyEmail)
        let answer = send(
            .post, "/api/v1/auth/verify-email",
            ["token": .string(token.text), "password": .string(TestAccount.password)])
        #expect(answer.status == .ok, "\(answer.json)")
    }

    /// Makes the token of a mail link for a user, as the job does when it sends one.
    func mailToken(
        for email: String, _ purpose: LinkPurpose, newEmail: String? = nil,
        lifetime: Duration = .seconds(60)
    ) throws -> OpaqueToken {
        let db = database.connection()
        let key = try #require(EmailAddress(email)).key
        let user = try #require(try UserRepository.findActive(emailKey: key, in: db))
        let token = OpaqueToken(purpose)
        let sentTo = try newEmail.map { try #require(EmailAddress($0)).key } ?? key
        try OneTimeTokenRepository.insert(
            token, for: purpose, user: user.id, emailKey: sentTo, newEmail: newEmail, lifetime: lifetime, in: db)
        return token
    }
}

extension Hooks {
    /// No hooks, with the default settings.
    static let none = Hooks([], on: [], settings: .defaults(of: Program.gatehouse.moduleSettings))
}

extension MailService {
    static let example = MailService(name: "Gatehouse", publicURL: "https://id.example.com")
}

extension JobContext {
    /// The context of a job on the schema of a test. No mail server answers.
    /// - Parameter erasure: deletes rows; with `nil`, the program's modules do.
    static func test(
        _ app: TestApplication, erasure: (any Erasure)? = nil,
        isStopping: @escaping @Sendable () -> Bool = { false }
    ) throws -> JobContext {
        let settings = app.settings.ofModules
        let sender = try #require(EmailAddress("no-reply@example.com"))
        let smtp = SMTPSettings(host: "127.0.0.1", port: 1, security: .none, senderName: "Test", sender: sender)
        return try JobContext(
            id: UUID.v7(), db: app.database.connection(), mailer: Mailer(smtp), publicURL: "https://id.example.com",
            settings: settings, erasure: erasure ?? app.program.modules, hooks: app.hooks,
            outbound: .test(), log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, isStopping: isStopping)
    }
}
