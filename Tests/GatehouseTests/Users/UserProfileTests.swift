import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

/// What other modules know of a user.
@Suite struct UserProfileTests {
    private let app: TestApplication
    private let db: Connection
    private let id: UInt64

    init() throws {
        app = try TestApplication()
        db = app.database.connection()
        _ = try TestAccount(in: app, email: "Ada@example.com")
        id = try app.value("SELECT id FROM users", as: UInt64.self)
    }

    @Test func `a user is found by either id`() throws {
        let found = try #require(try UserProfile.find(id, in: db))
        #expect(found.name == "Ada Lovelace")
        #expect(found.email == "Ada@example.com")
        #expect(found.isEmailVerified && found.isActive)
        #expect(found.locale == "en")
        #expect(found.mailRecipient?.address.mailbox == "Ada@example.com")
        #expect(found.mailRecipient?.name?.text == "Ada Lovelace")
        #expect(try UserProfile.find(found.user.publicID, in: db)?.user == found.user)
        #expect(try UserProfile.find(UUID.v7(), in: db) == nil)
    }

    @Test func `many are found by one statement, without those that are gone`() throws {
        _ = try TestAccount(in: app, email: "eve@example.com")
        let ids: [UInt64] = try db.all("SELECT id FROM users ORDER BY id")
        var found: [UInt64: UserProfile] = [:]
        let count = try statements(in: db) { found = try UserProfile.find(ids + ids + [4711], in: db) }
        #expect(count == 1)
        #expect(found.mapValues(\.email) == [ids[0]: "Ada@example.com", ids[1]: "eve@example.com"])
        #expect(try UserProfile.find([] as [UInt64], in: db).isEmpty)
    }

    @Test func `a suspended account is found as such, and a deleted one is not found`() throws {
        try db.execute("UPDATE users SET status = 'suspended'")
        #expect(try UserProfile.find(id, in: db)?.isActive == false)
        try db.execute("UPDATE users SET status = 'deleted', deleted_at = NOW(6)")
        #expect(try UserProfile.find(id, in: db) == nil)
        #expect(try UserProfile.find([id], in: db).isEmpty)
    }

    @Test func `no mail goes to a lost address, and none repeats what is not plainly a name`() throws {
        try db.execute("UPDATE users SET name = 'Win at evil.example', email_verified_at = NULL")
        let found = try #require(try UserProfile.find(id, in: db))
        #expect(!found.isEmailVerified)
        let recipient = try #require(found.mailRecipient)
        #expect(recipient.name == nil)
        try db.execute("UPDATE users SET email = \("\(found.user.publicID.text)@released.invalid")")
        #expect(try #require(try UserProfile.find(id, in: db)).mailRecipient == nil)
    }
}
