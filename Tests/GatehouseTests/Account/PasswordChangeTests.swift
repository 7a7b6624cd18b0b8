import Database
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

@Suite struct PasswordChangeTests {
    private let app: TestApplication
    private let account: TestAccount
    private static let newPassword = "battery horse staple correct"

    init() throws {
        app = try TestApplication()
        account = try TestAccount(in: app)
    }

    private func change(_ token: String, _ current: String? = TestAccount.password, to new: String = newPassword)
        -> Response
    {
        var members: [JSON.Member] = [.init("newPassword", .string(new))]
        if let current { members.append(.init("currentPassword", .string(current))) }
        return app.send(.post, "/api/v1/users/me/password", .object(members), token: token)
    }

    private func isSignedIn(_ session: TestAccount.Session) -> Bool {
        app.send(.get, "/api/v1/users/me", token: session.accessToken).status == .ok
    }

    @Test func `a change ends the other sessions and voids links`() throws {
        let (mine, other) = (try account.signIn(), try account.signIn())
        let link = try app.mailToken(for: account.email, .resetPassword)
        #expect(change(mine.accessToken).status == .noContent)
        #expect(isSignedIn(mine))
        #expect(!isSignedIn(other))
        let reset: JSON = ["token": .string(link.text), "newPassword": "another battery horse staple"]
        #expect(app.send(.post, "/api/v1/auth/password-reset/confirm", reset).errorCode == "UNPROCESSABLE")
        #expect(change(mine.accessToken).errorCode == "INVALID_CREDENTIALS", "the former password")
        #expect(try app.audited(PasswordChanged.Cause.changed.action) == 1)
        #expect(try app.audited(.passwordRefused) == 1)
    }

    @Test func `one of several concurrent changes is made`() throws {
        let sessions = try (1...8).map { _ in try account.signIn() }
        let answers = try inParallel(8) { change(sessions[$0].accessToken, to: "\(Self.newPassword) \($0)") }
            .map { try $0.get() }
        #expect(answers.count { $0.status == .noContent } == 1)
        let winner = try #require(answers.firstIndex { $0.status == .noContent })
        for (index, session) in sessions.enumerated() { #expect(isSignedIn(session) == (index == winner)) }
        let body: JSON = ["email": .string(account.email), "password": .string("\(Self.newPassword) \(winner)")]
        #expect(app.send(.post, "/api/v1/auth/login", body).status == .ok)
    }

    @Test func `an account without a password sets one only with a recent proof`() throws {
        let session = try account.signIn()
        let db = app.database.connection()
        try db.execute("UPDATE users SET password_hash = NULL")
        try db.execute("UPDATE sessions SET authenticated_at = NOW(6) - INTERVAL 11 MINUTE")
        #expect(change(session.accessToken, nil).errorCode == "REAUTHENTICATION_REQUIRED")
        try db.execute("UPDATE sessions SET authenticated_at = NOW(6) - INTERVAL 9 MINUTE")
        #expect(change(session.accessToken, nil).status == .noContent)
        #expect(change(session.accessToken, nil).errorCode == "VALIDATION_ERROR", "the account has a password now")
    }

    @Test func `a weak password is refused before anything changes`() throws {
        let session = try account.signIn()
        #expect(change(session.accessToken, to: "qwertyuiop").errorCode == "VALIDATION_ERROR")
        #expect(try app.audited(PasswordChanged.Cause.changed.action) == 0)
    }
}
