import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

/// An account with a verified address that can sign in.
struct TestAccount {
    static let password = "correct horse battery staple"

    let app: TestApplication
    let email: String

    /// What a sign-in handed out.
    struct Session {
        let accessToken: String
        let refreshToken: String
    }

    /// Registers an account and verifies its address.
    init(in app: TestApplication, email: String = "ada@example.com") throws {
        self.app = app
        self.email = email
        let registered = app.send(
            .post, "/api/v1/auth/register",
            ["email": .string(email), "password": .string(Self.password), "name": "Ada Lovelace"])
        try #require(registered.status == .created, "\(registered.json)")
        try app.database.connection().execute("UPDATE users SET email_verified_at = NOW(6) WHERE email = \(email)")
    }

    /// An account that was registered before.
    init(registeredIn app: TestApplication, email: String) {
        self.app = app
        self.email = email
    }

    /// Tries to sign in.
    func logIn(with password: String = Self.password) -> Response {
        app.send(.post, "/api/v1/auth/login", ["email": .string(email), "password": .string(password)])
    }

    /// Signs in.
    func signIn(with password: String = Self.password) throws -> Session {
        let answer = logIn(with: password)
        let tokens = try #require(answer.json["data"]?["tokens"], "\(answer.json)")
        return Session(
            accessToken: try #require(tokens["accessToken"]?.string),
            refreshToken: try #require(tokens["refreshToken"]?.string))
    }
}
