import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

/// Rows written by an earlier version, whose keys were in Swift's lower case, which has no rule for the final sigma.
@Suite struct AddressKeysTests {
    private let app: TestApplication
    private let db: Connection

    init() throws {
        app = try TestApplication()
        db = app.database.connection()
    }

    /// An account with an address and its former key; returns the public id.
    private func account(_ email: String, key: String) throws -> UUID {
        let place = "\(UUID().uuidString)@example.com".lowercased()
        _ = try TestAccount(in: app, email: place)
        try db.execute(
            "UPDATE users SET email = \(email), email_key = \(key), email_unicode = NULL WHERE email = \(place)")
        return try app.value("SELECT public_id FROM users WHERE email = \(email) AND email_key = \(key)", as: UUID.self)
    }

    private func renew() throws -> [String] {
        var reported: [String] = []
        try AddressKeys.renew(on: db) { reported.append($0) }
        return reported
    }

    private func key(of id: UUID) throws -> [UInt8] {
        Array(try app.value("SELECT email_key FROM users WHERE public_id = \(id)", as: String.self).utf8)
    }

    /// The id of the account that a sign-in finds.
    private func signIn(_ email: String) -> String? {
        app.send(.post, "/api/v1/auth/login", ["email": .string(email), "password": .string(TestAccount.password)])
            .json["data"]?["user"]?["id"]?.string
    }

    /// Everything that could change.
    private func everything() throws -> [String] {
        try db.all(
            """
            SELECT CONCAT_WS(' ', 'user', id, email, email_key, COALESCE(email_unicode, '-'), version, updated_at)
            FROM users
            UNION ALL SELECT CONCAT_WS(' ', 'invitation', id, email, email_key) FROM invitations
            UNION ALL SELECT CONCAT_WS(' ', 'job', id, payload) FROM jobs
            """
        ).sorted()
    }

    @Test func `every spelling finds an account, its links and its jobs`() throws {
        let nikos = try account("νίκος@example.com", key: "νίκος@example.com")
        let reader = try account("x@Bücher.example", key: "x@xn--bcher-kva.example")
        let plain = try account("Plain@example.com", key: "plain@example.com")
        #expect(signIn("ΝΊΚΟΣ@example.com") == nil)
        try JobQueue.enqueue(SendPasswordResetMail(emailKey: "νίκος@example.com"), in: db)
        let token = OpaqueToken(.verifyEmail)
        let id: UInt64 = try app.value("SELECT id FROM users WHERE public_id = \(nikos)", as: UInt64.self)
        try OneTimeTokenRepository.insert(
            token, for: .verifyEmail, user: id, emailKey: "νίκος@example.com", lifetime: .seconds(60), in: db)
        try db.execute("UPDATE users SET email_verified_at = NULL WHERE id = \(id)")

        #expect(try renew() == [])
        #expect(try key(of: nikos) == Array("νίκοσ@example.com".utf8))
        #expect(try key(of: plain) == Array("plain@example.com".utf8))
        let unicode = try app.value("SELECT email_unicode FROM users WHERE public_id = \(reader)", as: String.self)
        #expect(unicode == "x@bücher.example")
        let shown: JSON = ["token": .string(token.text), "password": .string(TestAccount.password)]
        #expect(app.send(.post, "/api/v1/auth/verify-email", shown).status == .ok)
        for spelling in ["ΝΊΚΟΣ@example.com", "νίκος@example.com", "Νι\u{301}κος@EXAMPLE.com"] {
            #expect(signIn(spelling) == nikos.uuidString.lowercased(), "\(spelling)")
        }
        let resets: [String] = try db.all(
            "SELECT JSON_VALUE(payload, '$.emailKey') FROM jobs WHERE kind = \(SendPasswordResetMail.kind)")
        #expect(resets == ["νίκοσ@example.com"])
        let after = try everything()
        #expect(try renew() == [])
        #expect(try everything() == after)
    }

    @Test func `accounts with equivalent addresses can all sign in, and both are named`() throws {
        let first = try account("νίκος@example.com", key: "νίκος@example.com")
        let second = try account("ΝΊΚΟΣ@example.com", key: "νίκοσ@example.com")
        let third = try account("παππάς@example.com", key: "παππάς@example.com")
        let fourth = try account("Παππάς@example.com", key: "another@example.com")
        let reported = try renew()
        #expect(reported.count == 2)
        #expect(reported.first?.contains(first.uuidString.lowercased()) == true)
        #expect(reported.last?.contains(fourth.uuidString.lowercased()) == true)
        let owners = [
            "νίκος@example.com": first, "ΝΊΚΟΣ@example.com": second, "Νίκος@example.com": second,
            "παππάς@example.com": third, "Παππάς@example.com": fourth,
        ]
        for (spelling, owner) in owners { #expect(signIn(spelling) == owner.uuidString.lowercased(), "\(spelling)") }

        let examined = try AddressKeys.examine(in: db)
        #expect(examined.outdated == 0 && examined.unreadable == [] && examined.besideAnother == [first, fourth])
        let after = try everything()
        #expect(try renew() == reported)
        #expect(try everything() == after)

        #expect(app.send(.post, "/api/v1/auth/password-reset/request", ["email": "νίκος@example.com"]).status == .ok)
        let mailed: [String] = try db.all(
            "SELECT JSON_VALUE(payload, '$.emailKey') FROM jobs WHERE kind = \(SendPasswordResetMail.kind)")
        #expect(mailed == ["νίκος@example.com"])

        // Nobody else gets either address.
        for spelling in owners.keys {
            let body: JSON = [
                "email": .string(spelling), "password": "battery horse staple correct", "name": "Somebody",
            ]
            #expect(app.send(.post, "/api/v1/auth/register", body).errorCode == "EMAIL_TAKEN", "\(spelling)")
            #expect(throws: AdministrationError.self) {
                try administration(of: app).createUser(
                    Administration.NewUser(
                        email: spelling, name: "Somebody", role: "user", isVerified: true, password: nil))
            }
        }
        let rival = try TestAccount(in: app, email: "rival@example.com")
        let link = try app.mailToken(for: rival.email, .changeEmail, newEmail: "νίκος@example.com")
        let proof: JSON = ["token": .string(link.text), "password": .string(TestAccount.password)]
        #expect(app.send(.post, "/api/v1/auth/confirm-email", proof).errorCode == "EMAIL_TAKEN")

        // Once the other account is gone, the key is free.
        try db.execute("DELETE FROM users WHERE public_id = \(second)")
        #expect(try renew().count == 1)
        #expect(signIn("ΝΊΚΟΣ@example.com") == first.uuidString.lowercased())
    }

    @Test func `an account whose address contains invisible characters stays, and there will be no other`() throws {
        let email = "us\u{3164}er\u{FE0F}@example.com"
        let hidden = try account(email, key: email)
        #expect(try renew() == [])
        #expect(try AddressKeys.examine(in: db).unreadable == [])
        #expect(signIn(email) == hidden.uuidString.lowercased())
        #expect(signIn("USER@example.com") == nil)
        #expect(app.send(.post, "/api/v1/auth/password-reset/request", ["email": .string(email)]).status == .ok)
        let mailed: [String] = try db.all(
            "SELECT JSON_VALUE(payload, '$.emailKey') FROM jobs WHERE kind = \(SendPasswordResetMail.kind)")
        #expect(mailed.map { Array($0.utf8) } == [Array(email.utf8)])
        let user = try #require(
            try db.first("SELECT \(User.columns) FROM users WHERE public_id = \(hidden)", as: User.self))
        #expect(MailRecipient(user) != nil)
        let body: JSON = [
            "email": .string("an\(email)"), "password": "battery horse staple correct", "name": "Somebody",
        ]
        #expect(app.send(.post, "/api/v1/auth/register", body).errorCode == "VALIDATION_ERROR")
    }

    @Test func `an address that can no longer be typed is written in NFC, or kept and named`() throws {
        let kelvin = try account("\u{212A}ate@example.com", key: "kate@example.com")
        let invisible = try account("us\u{200B}er@example.com", key: "us\u{200B}er@example.com")
        #expect(try AddressKeys.examine(in: db).outdated == 1)
        let reported = try renew()
        #expect(reported.count == 1 && reported[0].contains(invisible.uuidString.lowercased()))
        #expect(try key(of: invisible) == Array("us\u{200B}er@example.com".utf8))
        #expect(try AddressKeys.examine(in: db).unreadable == [invisible])
        #expect(signIn("kate@example.com") == kelvin.uuidString.lowercased())
        let stored = try app.value("SELECT email FROM users WHERE public_id = \(kelvin)", as: String.self)
        #expect(Array(stored.utf8) == Array("Kate@example.com".utf8))
    }

    @Test func `an invitation is for every spelling, and the later of two to one organization counts`() throws {
        let owner = try TestUser(in: app, email: "owner@example.com")
        let organization = owner.send(.post, "/organizations", ["name": "Engines", "slug": "engines"])
        let path = "/organizations/\(try #require(organization.id).uuidString.lowercased())/invitations"
        for (email, role) in [("a@example.com", "viewer"), ("b@example.com", "admin")] {
            #expect(owner.send(.post, path, ["email": .string(email), "role": .string(role)]).status == .created)
        }
        try db.execute(
            """
            UPDATE invitations SET email = 'νίκος@example.com', email_key = 'νίκος@example.com'
            WHERE email = 'a@example.com'
            """)
        #expect(try renew() == [])
        #expect(try db.all("SELECT email_key FROM invitations ORDER BY id") == ["νίκοσ@example.com", "b@example.com"])
        try db.execute(
            """
            UPDATE invitations SET email = 'Νίκος@example.com', email_key = 'νίκος@example.com'
            WHERE email = 'b@example.com'
            """)
        #expect(try renew() == [])
        #expect(owner.send(.get, path).values("role") == ["admin"])
        #expect(owner.send(.get, path).values("email") == ["Νίκος@example.com"])
    }

    /// A job of another package, which has its own use for `emailKey`.
    private struct Reminder: Job {
        static let kind = "test.reminder"

        let emailKey: String
        let recipient: String

        var subjects: [JobSubject] { [.address(recipient)] }

        func run(_ context: JobContext) {}
    }

    @Test func `jobs of other packages stay about the account, and keep their payloads`() throws {
        let key = "νίκος@example.com"
        let nikos = try account("Νίκος@example.com", key: key)
        for recipient in [key, "other@example.com"] {
            try JobQueue.enqueue(Reminder(emailKey: key, recipient: recipient), in: db)
        }
        #expect(try renew() == [])
        let jobs: [String] = try db.all(
            """
            SELECT CONCAT(JSON_VALUE(subjects, '$[0]'), ' ', JSON_VALUE(payload, '$.emailKey'))
            FROM jobs WHERE kind = \(Reminder.kind) ORDER BY id
            """)
        #expect(jobs == ["address:νίκοσ@example.com \(key)", "address:other@example.com \(key)"])
        try db.execute(
            """
            UPDATE users SET status = 'deleted', deleted_at = NOW(6) - INTERVAL 31 DAY WHERE public_id = \(nikos)
            """)
        try EraseDeletedAccounts().run(.test(app))
        #expect(try app.jobs(Reminder.kind) == 1)
    }

    @Test func `many accounts are updated in parts`() throws {
        try db.execute(
            """
            INSERT INTO users (public_id, email, email_key, name)
            SELECT UUID(), CONCAT('Νίκος', seq, 'ς@example.com'), CONCAT('νίκος', seq, 'ς@example.com'), 'Νίκος'
            FROM seq_1_to_2500
            """)
        #expect(try AddressKeys.examine(in: db).outdated == 2500)
        #expect(try renew() == [])
        #expect(try app.value("SELECT COUNT(*) FROM users WHERE email_key LIKE 'νίκοσ%σ@example.com'") == 2500)
        #expect(try AddressKeys.examine(in: db).outdated == 0)
    }
}
