import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

/// A user who acts in a test, by an access token or an API key.
struct TestUser {
    let app: TestApplication
    let id: UUID
    let token: String

    /// Registers an account, gives it a role, and signs in.
    init(in app: TestApplication, email: String, role: String = "user") throws {
        let account = try TestAccount(in: app, email: email)
        try app.database.connection().execute("UPDATE users SET role = \(role) WHERE email = \(email)")
        self.app = app
        id = try app.value("SELECT public_id FROM users WHERE email = \(email)", as: UUID.self)
        token = try account.signIn().accessToken
    }

    init(_ app: TestApplication, id: UUID, token: String) {
        self.app = app
        self.id = id
        self.token = token
    }

    /// Sends one request below `/api/v1`.
    func send(
        _ method: HTTPMethod, _ path: String, _ body: JSON? = nil, headers: HTTPFields = [:]
    ) -> Response {
        app.send(method, "/api/v1" + path, body, token: token, headers: headers)
    }

    /// The same user by a key that is made for some scopes.
    func withKey(_ scopes: [String], organization: UUID? = nil) throws -> TestUser {
        var body: [JSON.Member] = [
            .init("name", "Test"), .init("scopes", .array(scopes.map { .string($0) })),
        ]
        if let organization { body.append(.init("organizationId", organization.json)) }
        let answer = send(.post, "/api-keys", .object(body))
        let secret = try #require(answer.json["data"]?["secret"]?.string, "\(answer.json)")
        return TestUser(app, id: id, token: secret)
    }
}

extension Response {
    /// The id of what an answer is about.
    var id: UUID? { json["data"]?["id"]?.string.flatMap(UUID.init(uuidString:)) }

    /// The cookies that an answer sets, as a browser sends them back.
    var cookies: String {
        headers[values: .setCookie].map { String($0.prefix { $0 != ";" }) }.joined(separator: "; ")
    }

    /// A field of each entry of a list.
    func values(_ field: String) -> [String] {
        (json["data"]?.elements ?? []).compactMap { $0[field]?.string }
    }
}

extension JSON {
    /// The elements of an array; none where this is no array.
    var elements: [JSON] {
        if case .array(let elements) = self { elements } else { [] }
    }
}
