import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

@Suite struct HiddenRegistrationTests {
    private let app: TestApplication

    init() throws {
        app = try TestApplication(["GATEHOUSE_HIDE_ACCOUNT_EXISTENCE": "true"])
    }

    private func register(_ email: String, _ name: String = "Ada Lovelace") -> Response {
        app.send(
            .post, "/api/v1/auth/register",
            ["email": .string(email), "password": .string(TestAccount.password), "name": .string(name)])
    }

    /// Runs the waiting registrations, as the runner does.
    private func runJobs() throws -> [Result<Void, any Error>] {
        let payloads: [String] = try app.database.connection().all(
            "SELECT payload FROM jobs WHERE kind = 'auth.complete_registration' ORDER BY id")
        return try payloads.map { payload in
            let job = try JSONDecoder().decode(CompleteRegistration.self, from: Data(payload.utf8))
            let context = try JobContext.test(app)
            return Result { try job.run(context) }
        }
    }

    @Test func `a taken address gets the same answer as a free one`() throws {
        let answers = [register("ada@example.com"), register("ADA@example.com")]
        _ = try runJobs()
        #expect(try app.value("SELECT COUNT(*) FROM users") == 1)
        let third = register("ada@example.com")
        for answer in answers + [third] {
            #expect(answer.status == .created)
            #expect(answer.headers[.location] == "/api/v1/users/me")
            #expect(answer.json["data"]?["user"]?["emailVerified"] == false)
        }
        let ids = (answers + [third]).compactMap { $0.json["data"]?["user"]?["id"]?.string }
        #expect(Set(ids).count == 3)
    }

    @Test func `the job makes one account, and repeating it does no harm`() throws {
        let id = try #require(register("ada@example.com").json["data"]?["user"]?["id"]?.string)
        for _ in 1...2 { try runJobs().forEach { try $0.get() } }
        #expect(try app.value("SELECT public_id FROM users", as: UUID.self) == UUID(uuidString: id))
        #expect(try app.jobs("auth.send_verification_mail") == 1)
        #expect(try app.audited(.userRegistered) == 1)
    }

    @Test func `the owner of a taken address gets a mail`() throws {
        #expect(register("ada@example.com").status == .created)
        _ = try runJobs()
        try app.database.connection().execute("DELETE FROM jobs")
        #expect(register("Ada@Example.com", "Somebody Else").status == .created)
        try runJobs().forEach { try $0.get() }
        #expect(try app.jobs("auth.send_already_registered") == 1)
        #expect(try app.value("SELECT name FROM users", as: String.self) == "Ada Lovelace")
        #expect(try app.jobs("auth.send_verification_mail") == 0)
    }

    @Test func `signing in does not reveal whether registering made an account`() throws {
        #expect(register("ada@example.com").status == .created)
        try runJobs().forEach { try $0.get() }
        let db = app.database.connection()
        try db.execute("UPDATE users SET email_verified_at = NOW(6), password_hash = NULL")
        try db.execute("DELETE FROM jobs")
        for email in ["ada@example.com", "free@example.com"] { #expect(register(email).status == .created) }
        try runJobs().forEach { try $0.get() }
        let answers = ["ada@example.com", "free@example.com"].map { email in
            app.send(
                .post, "/api/v1/auth/login", ["email": .string(email), "password": .string(TestAccount.password)])
        }
        #expect(answers.allSatisfy { $0.errorCode == "INVALID_CREDENTIALS" })
        #expect(answers[0].json["error"]?["message"] == answers[1].json["error"]?["message"])
        #expect(try app.value("SELECT COUNT(*) FROM users") == 2)
    }
}
