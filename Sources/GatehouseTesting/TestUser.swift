import Database
public import FoundationEssentials
public import Web

/// A user in a test, with an access token or an API key.
public struct TestUser: Sendable {
    /// The application with the user's account.
    public let app: TestApplication
    /// The user's id, as the API shows it.
    public let id: UUID
    /// The token for `Authorization: Bearer …`.
    public let token: String

    /// Registers an account with a verified address, gives it a role, and signs in.
    public init(in app: TestApplication, email: String, role: String = "user") throws {
        let account = try TestAccount(in: app, email: email)
        try app.database.connection().execute("UPDATE users SET role = \(role) WHERE email = \(email)")
        self.app = app
        id = try app.value("SELECT public_id FROM users WHERE email = \(email)", as: UUID.self)
        token = try account.signIn().accessToken
    }

    package init(_ app: TestApplication, id: UUID, token: String) {
        self.app = app
        self.id = id
        self.token = token
    }

    /// Sends one request below `/api/v1`.
    public func send(
        _ method: HTTPMethod, _ path: String, _ body: JSON? = nil, headers: HTTPFields = [:]
    ) -> Response {
        app.send(method, "/api/v1" + path, body, token: token, headers: headers)
    }

    /// The same user with a new API key for some scopes.
    /// - Parameter organization: the organization to which the key belongs; without one it is the user's own.
    public func withKey(_ scopes: [String], organization: UUID? = nil) throws -> TestUser {
        var body: [JSON.Member] = [
            .init("name", "Test"), .init("scopes", .array(scopes.map { .string($0) })),
        ]
        if let organization { body.append(.init("organizationId", organization.json)) }
        let answer = send(.post, "/api-keys", .object(body))
        guard let secret = answer.json["data"]?["secret"]?.string else { throw UnexpectedAnswer(answer) }
        return TestUser(app, id: id, token: secret)
    }
}

extension Response {
    /// The id of the resource in an answer.
    public var id: UUID? { json["data"]?["id"]?.string.flatMap(UUID.init(uuidString:)) }

    /// The cookies that an answer sets, as a browser sends them back.
    package var cookies: String {
        headers[values: .setCookie].map { String($0.prefix { $0 != ";" }) }.joined(separator: "; ")
    }

    /// A field of each entry of a list.
    public func values(_ field: String) -> [String] {
        (json["data"]?.elements ?? []).compactMap { $0[field]?.string }
    }
}

extension JSON {
    /// The elements of an array; empty for other values.
    public var elements: [JSON] {
        if case .array(let elements) = self { elements } else { [] }
    }
}
