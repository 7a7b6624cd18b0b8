import FoundationEssentials
import Web
import Testing

@testable import Gatehouse

@Suite struct DeviceCookieTests {
    private let user = UUID.v7()

    private func account(verifiedAt time: Date?) -> User {
        User(
            id: 1, publicID: user, email: "ada@example.com", emailKey: "ada@example.com", emailVerifiedAt: time,
            isSelfRegistered: true, name: "Ada", avatarURL: nil, locale: "en", role: "user", status: .active,
            version: 1, createdAt: .example, updatedAt: .example)
    }

    private func keys(_ ids: String...) throws -> MasterKeys {
        let text = ids.map { id in
            "\(id):" + Data(repeating: id.utf8.first ?? 0, count: 32).base64EncodedString()
        }
        return try #require(MasterKeys(text.joined(separator: ",")))
    }

    private func headers(_ field: HTTPField) -> HTTPFields {
        [.cookie: "theme=dark; \(field.value.prefix { $0 != ";" })"]
    }

    @Test func `a device is known only to the account that it signed in to`() throws {
        let devices = DeviceCookie(masterKeys: try keys("a.b"))
        let issued = headers(devices.issue(for: user, "hash"))
        #expect(try devices.device(in: issued, of: user, "hash") != nil)
        #expect(try devices.device(in: issued, of: UUID.v7(), "hash") == nil)
        #expect(try devices.device(in: [:], of: user, "hash") == nil)
    }

    @Test func `a new password makes devices unknown`() throws {
        let devices = DeviceCookie(masterKeys: try keys("a"))
        let issued = headers(devices.issue(for: user, "hash"))
        for passwordHash in ["another", nil] { #expect(try devices.device(in: issued, of: user, passwordHash) == nil) }
    }

    @Test func `without a password, the first proof of the address makes devices unknown`() throws {
        let devices = DeviceCookie(masterKeys: try keys("a"))
        let (before, after) = (account(verifiedAt: nil), account(verifiedAt: .example))
        let issued = headers(devices.issue(for: user, before.state(nil)))
        #expect(try devices.device(in: issued, of: user, before.state(nil)) != nil)
        #expect(try devices.device(in: issued, of: user, after.state(nil)) == nil)
        #expect(before.state("hash") == after.state("hash"))
    }

    @Test func `each sign-in makes its own device`() throws {
        let devices = DeviceCookie(masterKeys: try keys("a"))
        let names = try (1...8).map { _ in
            try devices.device(in: headers(devices.issue(for: user, "hash")), of: user, "hash")
        }
        #expect(Set(names).count == 8)
    }

    @Test func `a cookie survives a new master key, but not the loss of its own`() throws {
        let issued = try headers(DeviceCookie(masterKeys: keys("a")).issue(for: user, "hash"))
        #expect(try DeviceCookie(masterKeys: try keys("b", "a")).device(in: issued, of: user, "hash") != nil)
        #expect(try DeviceCookie(masterKeys: try keys("b")).device(in: issued, of: user, "hash") == nil)
    }

    @Test func `an altered cookie is worthless`() throws {
        let devices = DeviceCookie(masterKeys: try keys("a"))
        let field = devices.issue(for: user, "hash")
        let value = String(field.value.prefix { $0 != ";" }.drop { $0 != "=" }.dropFirst())
        let parts = value.split(separator: ".").map(String.init)
        for altered in [
            "", "a", "a.b", "..", "\(parts[0]).other.\(parts[2])", "b.\(parts[1]).\(parts[2])",
            "\(parts[0]).\(parts[1]).", "\(parts[0]).\(parts[1]).\(parts[2])A", String(value.dropLast()),
            "\(value)=", String(repeating: "x", count: 5000),
        ] {
            let headers: HTTPFields = [.cookie: "__Host-gatehouse_device=\(altered)"]
            #expect(try devices.device(in: headers, of: user, "hash") == nil, "\(altered)")
        }
    }
}
