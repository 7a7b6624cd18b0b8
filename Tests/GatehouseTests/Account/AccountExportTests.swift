import Database
import FoundationEssentials
import GatehouseTesting
import HTTPTypes
import Testing
import Web

@testable import Gatehouse

@Suite struct AccountExportTests {
    @Test func `an export holds everything about the caller and nothing about others`() throws {
        let app = try TestApplication()
        let ada = try TestAccount(in: app)
        let eve = try TestAccount(in: app, email: "eve@example.com")
        _ = try eve.signIn()
        _ = try ada.signIn()
        let token = try ada.signIn().accessToken
        let link = try app.mailToken(for: ada.email, .changeEmail, newEmail: "ada@example.org")
        let answer = app.send(.get, "/api/v1/users/me/export", token: token)
        #expect(answer.status == .ok)
        #expect(answer.headers[.contentDisposition] == "attachment; filename=\"gatehouse-export.json\"")
        let data = try #require(answer.json["data"])
        #expect(data["user"]?["email"]?.string == ada.email)
        #expect(data["hasPassword"] == true)
        #expect(data["sessions"]?.elements.count == 2)
        #expect(data["sessions"]?.elements.count { $0["current"] == true } == 1)
        #expect(data["mailLinks"]?.elements.first?["newEmail"]?.string == "ada@example.org")
        #expect(
            data["auditEvents"]?.elements.compactMap { $0["action"]?.string }
                == ["user.registered", "login.succeeded", "login.succeeded", "user.exported"])
        let text = String(decoding: answer.body, as: UTF8.self)
        for forbidden in ["eve@", "argon2", link.text, "password_hash"] { #expect(!text.contains(forbidden)) }
    }

    @Test func `the address of somebody else who acted is left out`() throws {
        let app = try TestApplication()
        let token = try TestAccount(in: app).signIn().accessToken
        let id = try app.value("SELECT public_id FROM users", as: UUID.self)
        let origin = Origin(requestID: "r", address: "198.51.100.9", userAgent: "")
        try Audit.record(
            .roleChanged, actor: UUID.v7(), target: id, from: origin, in: app.database.connection())
        let events =
            app.send(.get, "/api/v1/users/me/export", token: token).json["data"]?["auditEvents"]?.elements ?? []
        let event = try #require(events.first { $0["action"] == "user.role_changed" })
        #expect(event["ipAddress"] == .null)
        #expect(events.first?["ipAddress"]?.string == "127.0.0.1")
    }
}
