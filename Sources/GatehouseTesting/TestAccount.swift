import Database
import FoundationEssentials
package import Web

/// An account with a verified address that can sign in.
package struct TestAccount {
    package static let password = "correct horse battery staple"

    package let app: TestApplication
    package let email: String

    /// The tokens of a sign-in.
    package struct Session {
        package let accessToken: String
        package let refreshToken: String
    }

    /// Registers an account and verifies its address.
    package init(in app: TestApplication, email: String = "ada@example.com") throws {
        self.app = app
        self.email = email
        let registered = app.send(
            .post, "/api/v1/auth/register",
            ["email": .string(email), "password": .string(Self.password), "name": "Ada Lovelace"])
        guard registered.status == .created else { throw UnexpectedAnswer(registered) }
        try app.database.connection().execute("UPDATE users SET email_verified_at = NOW(6) WHERE email = \(email)")
    }

    /// An account that was registered before.
    package init(registeredIn app: TestApplication, email: String) {
        self.app = app
        self.email = email
    }

    /// Tries to sign in.
    package func logIn(with password: String = Self.password) -> Response {
        app.send(.post, "/api/v1/auth/login", ["email": .string(email), "password": .string(password)])
    }

    /// Signs in.
    package func signIn(with password: String = Self.password) throws -> Session {
        let answer = logIn(with: password)
        let tokens = answer.json["data"]?["tokens"]
        guard let accessToken = tokens?["accessToken"]?.string, let refreshToken = tokens?["refreshToken"]?.string
        else {
            throw UnexpectedAnswer(answer)
        }
        return Session(accessToken: accessToken, refreshToken: refreshToken)
    }
}

/// A request that a test depends on got an unexpected answer.
public struct UnexpectedAnswer: Error, CustomStringConvertible {
    /// Its status and its body.
    public let description: String

    init(_ answer: Response) {
        description = "\(answer.status.code) \(answer.json)"
    }
}
