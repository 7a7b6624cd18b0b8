import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

@Suite struct APIKeyTests {
    @Test func `a secret contains its own checksum`() throws {
        let secret = APIKeySecret()
        #expect(secret.text.utf8.count == 53)
        #expect(APIKeySecret(secret.text)?.hash == secret.hash)
        var others = Set<String>()
        for _ in 0..<100 { others.insert(APIKeySecret().text) }
        #expect(others.count == 100)
        let characters = Array(secret.text)
        for index in 4..<characters.count {
            var changed = characters
            changed[index] = changed[index] == "x" ? "y" : "x"
            #expect(APIKeySecret(String(changed)) == nil)
        }
    }

    /// CRC-32 of a text, as zlib's crc32 gives it, in base62.
    @Test func `the checksum is the usual CRC-32`() {
        let random = String(repeating: "0", count: 43)
        #expect(APIKeySecret("ghk_\(random)\(Self.base62(0x5185_B1EB))") != nil)
    }

    private static func base62(_ number: Int) -> String {
        let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
        var (rest, text) = (number, "")
        for _ in 0..<6 {
            text = String(digits[rest % 62]) + text
            rest /= 62
        }
        return text
    }

    @Test func `a key can do what its scopes say and nothing else`() throws {
        let app = try TestApplication()
        let user = try TestUser(in: app, email: "user@example.com")
        let key = try user.withKey(["account:read"])
        #expect(key.send(.get, "/users/me").json["data"]?["email"] == "user@example.com")
        #expect(key.send(.get, "/organizations").errorCode == "FORBIDDEN")
        #expect(key.send(.patch, "/users/me", ["name": "Eve"]).errorCode == "FORBIDDEN")
        #expect(key.send(.post, "/api-keys", ["name": "K", "scopes": ["account:read"]]).errorCode == "FORBIDDEN")
        #expect(key.send(.get, "/api-keys").errorCode == "FORBIDDEN")
        #expect(key.send(.post, "/auth/logout").errorCode == "FORBIDDEN")
    }

    @Test func `a key has no more permissions than its user still has`() throws {
        let app = try TestApplication()
        let admin = try TestUser(in: app, email: "admin@example.com", role: "admin")
        let key = try admin.withKey(["users:read"])
        #expect(key.send(.get, "/users").status == .ok)
        try app.database.connection().execute("UPDATE users SET role = 'user'")
        #expect(key.send(.get, "/users").errorCode == "FORBIDDEN")
        try app.database.connection().execute("UPDATE users SET status = 'suspended'")
        #expect(key.send(.get, "/users").errorCode == "TOKEN_REVOKED")
    }

    @Test func `revoked, replaced and expired keys are refused, each with its own error`() throws {
        let app = try TestApplication()
        let user = try TestUser(in: app, email: "user@example.com")
        let key = try user.withKey(["account:read"])
        let id = try #require(user.send(.get, "/api-keys").values("id").first)
        let rotated = user.send(.post, "/api-keys/\(id)/rotate")
        #expect(rotated.status == .created, "\(rotated.json)")
        #expect(key.send(.get, "/users/me").errorCode == "UNAUTHORIZED")
        let secret = try #require(rotated.json["data"]?["secret"]?.string)
        #expect(app.send(.get, "/api/v1/users/me", token: secret).status == .ok)
        try app.database.connection().execute("UPDATE api_keys SET expires_at = NOW(6) - INTERVAL 1 SECOND")
        #expect(app.send(.get, "/api/v1/users/me", token: secret).errorCode == "TOKEN_EXPIRED")
        #expect(user.send(.delete, "/api-keys/\(id)").status == .noContent)
        #expect(app.send(.get, "/api/v1/users/me", token: secret).errorCode == "TOKEN_REVOKED")
        #expect(user.send(.delete, "/api-keys/\(id)").errorCode == "NOT_FOUND")
    }

    @Test func `the keys of others are not found`() throws {
        let app = try TestApplication()
        let user = try TestUser(in: app, email: "user@example.com")
        _ = try user.withKey(["account:read"])
        let id = try #require(user.send(.get, "/api-keys").values("id").first)
        let eve = try TestUser(in: app, email: "eve@example.com", role: "admin")
        #expect(eve.send(.get, "/api-keys").values("id") == [])
        for (method, path) in [(HTTPMethod.get, ""), (.delete, ""), (.post, "/rotate")] {
            #expect(eve.send(method, "/api-keys/\(id)\(path)").errorCode == "NOT_FOUND")
        }
        #expect(try app.audited(.accessDenied) == 3)
    }

    @Test func `nobody gets more keys than allowed by concurrent requests`() throws {
        let app = try TestApplication()
        let user = try TestUser(in: app, email: "user@example.com")
        try app.database.connection().execute(
            """
            INSERT INTO api_keys (public_id, user_id, name, scopes, secret_hash, hint)
            SELECT UUID(), id, 'old', 'account:read', UNHEX(SHA2(seq, 256)), 'aaaa' FROM users JOIN seq_1_to_97
            """)
        let answers = try inParallel(8) { _ in
            user.send(.post, "/api-keys", ["name": "K", "scopes": ["account:read"]])
        }.map { try $0.get() }
        #expect(answers.count { $0.status == .created } == 3)
        #expect(answers.count { $0.errorCode == "CONFLICT" } == 5)
    }

    @Test func `the last use is written at most once an hour`() throws {
        let app = try TestApplication()
        let key = try TestUser(in: app, email: "user@example.com").withKey(["account:read"])
        let time: SQL = "SELECT CAST(last_used_at AS CHAR) FROM api_keys"
        #expect(try app.value(time, as: String?.self) == nil)
        _ = key.send(.get, "/users/me")
        let first = try app.value(time, as: String?.self)
        #expect(first != nil)
        _ = key.send(.get, "/users/me")
        #expect(try app.value(time, as: String?.self) == first)
        try app.database.connection().execute("UPDATE api_keys SET last_used_at = NOW(6) - INTERVAL 61 MINUTE")
        _ = key.send(.get, "/users/me")
        #expect(try app.value("SELECT last_used_at > NOW(6) - INTERVAL 1 MINUTE FROM api_keys", as: Bool.self))
    }
}
