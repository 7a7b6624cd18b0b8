import Cryptography
import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

@Suite struct SigningKeyTests {
    private let database: TestDatabase
    private let masterKeys: MasterKeys

    init() throws {
        database = try TestDatabase(isMigrated: true)
        masterKeys = try #require(MasterKeys("a:" + Data(repeating: 1, count: 32).base64EncodedString()))
    }

    private func tokens(_ keys: KeyRing, issuer: String = "https://id.example.com") -> AccessTokens {
        AccessTokens(keys: keys, issuer: issuer, audience: "https://id.example.com")
    }

    private func rejection(_ token: String, by tokens: AccessTokens) throws -> String? {
        do {
            _ = try tokens.verify(Array(token.utf8)[...], in: database.connection())
            return nil
        } catch let error as APIError {
            return error.code.name
        }
    }

    @Test func `processes that start together agree on one key`() throws {
        let kids = try inParallel(16) { _ in
            try KeyRing(masterKeys).snapshot(in: database.connection()).keys.map(\.kid)
        }.map { try $0.get() }
        #expect(Set(kids).count == 1)
        #expect(kids.first?.count == 1)
    }

    @Test func `a key that cannot be decrypted stops the start and is not replaced`() throws {
        let db = database.connection()
        _ = try KeyRing(masterKeys).snapshot(in: db)
        let other = try #require(MasterKeys("a:" + Data(repeating: 2, count: 32).base64EncodedString()))
        #expect(throws: SigningKey.Unreadable.self) { try KeyRing(other).snapshot(in: db) }
        #expect(try db.first("SELECT COUNT(*) FROM signing_keys", as: Int.self) == 1)
    }

    @Test func `the private key is not stored in the clear`() throws {
        let db = database.connection()
        let key = try #require(try KeyRing(masterKeys).snapshot(in: db).keys.first)
        let stored = try #require(try db.first("SELECT private_key_sealed FROM signing_keys", as: [UInt8].self))
        let secret = try key.privateKey.withBytes { Array($0) }
        #expect(!stored.indices.contains { stored[$0...].starts(with: secret) })
        #expect(stored.count > secret.count)
    }

    @Test func `a token that differs from a cached one in any byte is refused`() throws {
        let tokens = tokens(KeyRing(masterKeys))
        let token = try tokens.issue(user: .v7(), session: .v7(), role: "user", in: database.connection())
        #expect(try rejection(token, by: tokens) == nil)
        let bytes = Array(token.utf8)
        for index in bytes.indices {
            var other = bytes
            other[index] = other[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            #expect(try rejection(String(decoding: other, as: UTF8.self), by: tokens) == "UNAUTHORIZED")
        }
        #expect(try rejection(String(token.dropLast()), by: tokens) == "UNAUTHORIZED")
        #expect(try rejection(token + "A", by: tokens) == "UNAUTHORIZED")
        #expect(try rejection(token, by: tokens) == nil)
    }

    @Test func `a token carries exactly its claims`() throws {
        let db = database.connection()
        let (user, session) = (UUID.v7(), UUID.v7())
        let tokens = tokens(KeyRing(masterKeys))
        let token = try tokens.issue(user: user, session: session, role: "user", in: db)
        let verified = try tokens.verify(Array(token.utf8)[...], in: db)
        #expect(verified.claims.sub == user.uuidString.lowercased())
        #expect(verified.claims.sid == session.uuidString.lowercased())
        #expect(verified.claims.role == "user")
        #expect(verified.claims.exp - verified.claims.iat == 900)
    }

    @Test func `tokens of another issuer, audience or key are refused`() throws {
        let db = database.connection()
        let keys = KeyRing(masterKeys)
        let foreign = try tokens(keys, issuer: "https://other.example.com")
            .issue(user: .v7(), session: .v7(), role: "user", in: db)
        #expect(try rejection(foreign, by: tokens(keys)) == "UNAUTHORIZED")
        #expect(try rejection(foreign, by: tokens(keys, issuer: "https://other.example.com")) == nil)

        let elsewhere = try TestDatabase(isMigrated: true)
        let otherKey = try tokens(KeyRing(masterKeys))
            .issue(user: .v7(), session: .v7(), role: "user", in: elsewhere.connection())
        #expect(try rejection(otherKey, by: tokens(keys)) == "UNAUTHORIZED")
    }

    @Test func `every altered character is detected`() throws {
        let db = database.connection()
        let tokens = tokens(KeyRing(masterKeys))
        let token = Array(try tokens.issue(user: .v7(), session: .v7(), role: "user", in: db))
        // The last character of each part has bits that base64url does not use, so changing them may have no effect.
        for index in stride(from: 0, to: token.count - 2, by: 7) where token[index] != "." && token[index + 1] != "." {
            var altered = token
            altered[index] = altered[index] == "A" ? "B" : "A"
            #expect(try rejection(String(altered), by: tokens) == "UNAUTHORIZED", "character \(index)")
        }
    }

    @Test(arguments: [
        #"{"alg":"none","typ":"at+jwt","kid":"KID"}"#, #"{"alg":"HS256","typ":"at+jwt","kid":"KID"}"#,
        #"{"alg":"ES256","typ":"JWT","kid":"KID"}"#, #"{"alg":"ES256","kid":"KID"}"#,
        #"{"alg":"ES256","typ":"at+jwt"}"#, #"{"alg":"ES256","typ":"at+jwt","kid":"other"}"#, "{}", "[]", "",
    ])
    func `unexpected headers are refused whatever the signature`(header: String) throws {
        let db = database.connection()
        let keys = KeyRing(masterKeys)
        let key = try #require(try keys.snapshot(in: db).keys.first)
        let payload = """
            {"iss":"https://id.example.com","sub":"\(UUID())","sid":"\(UUID())","aud":"https://id.example.com",\
            "iat":0,"exp":99999999999,"role":"admin"}
            """
        let signed =
            Base64URL.encode(header.replacing("KID", with: key.kid).utf8) + "."
            + Base64URL.encode(payload.utf8)
        let signature = try key.privateKey.sign(signed.utf8).fixedWidth
        for suffix in ["." + Base64URL.encode(signature), ".", ""] {
            #expect(try rejection(signed + suffix, by: tokens(keys)) == "UNAUTHORIZED")
        }
    }
}
