import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

/// The rotation rule of the contract, on a real database. The tests age rows instead of waiting.
@Suite struct RefreshTests {
    private let app: TestApplication
    private let account: TestAccount

    init() throws {
        app = try TestApplication()
        account = try TestAccount(in: app)
    }

    private func refresh(_ token: String) -> Response {
        app.send(.post, "/api/v1/auth/refresh", ["refreshToken": .string(token)])
    }

    private func age(by seconds: Int) throws {
        try app.database.connection().execute(
            "UPDATE refresh_tokens SET used_at = used_at - INTERVAL \(seconds) SECOND WHERE used_at IS NOT NULL")
    }

    private func count(_ sql: SQL) throws -> Int {
        try #require(try app.database.connection().first(sql, as: Int.self))
    }

    @Test func `sixty-four concurrent uses have one successor`() throws {
        let first = try account.signIn()
        for round in 1...5 {
            let before = try count("SELECT COUNT(*) FROM refresh_tokens")
            let token = round == 1 ? first.refreshToken : try account.signIn().refreshToken
            let answers = try inParallel(64) { _ in refresh(token) }.map { try $0.get() }
            #expect(answers.allSatisfy { $0.status == .ok }, "\(answers.compactMap(\.errorCode))")
            #expect(Set(answers.compactMap(\.refreshToken)).count == 1)
            #expect(try count("SELECT COUNT(*) FROM refresh_tokens") == before + (round == 1 ? 1 : 2))
        }
    }

    @Test func `the same token within the grace period gets the same successor`() throws {
        let token = try account.signIn().refreshToken
        let successor = refresh(token).refreshToken
        #expect(successor != nil)
        try age(by: 28)
        #expect(refresh(token).refreshToken == successor)
    }

    @Test func `a late duplicate whose successor was used is only refused`() throws {
        let token = try account.signIn().refreshToken
        let successor = try #require(refresh(token).refreshToken)
        let head = try #require(refresh(successor).refreshToken)
        #expect(refresh(token).errorCode == "TOKEN_REUSED")
        #expect(refresh(head).status == .ok)
    }

    @Test func `reuse after the grace period ends the session for every holder`() throws {
        let session = try account.signIn()
        let successor = try #require(refresh(session.refreshToken).refreshToken)
        try age(by: 31)
        let reused = refresh(session.refreshToken)
        #expect(reused.status == .unauthorized)
        #expect(reused.errorCode == "TOKEN_REUSED")
        #expect(refresh(successor).errorCode == "TOKEN_REVOKED")
        #expect(app.send(.get, "/api/v1/users/me", token: session.accessToken).errorCode == "TOKEN_REVOKED")
        #expect(try count("SELECT COUNT(*) FROM audit_events WHERE action = 'token.reused'") == 1)
        #expect(try count("SELECT COUNT(*) FROM jobs WHERE kind = 'auth.send_reuse_notice'") == 1)
    }

    @Test(arguments: [("120", 118, true), ("120", 122, false), ("5", 3, true), ("5", 7, false), ("0", 1, false)])
    func `the grace period is a setting`(setting: String, age seconds: Int, isGranted: Bool) throws {
        let app = try TestApplication(["GATEHOUSE_REFRESH_GRACE": setting])
        let token = try TestAccount(in: app).signIn().refreshToken
        func refresh() -> Response { app.send(.post, "/api/v1/auth/refresh", ["refreshToken": .string(token)]) }
        let successor = try #require(refresh().refreshToken)
        try app.database.connection().execute(
            "UPDATE refresh_tokens SET used_at = used_at - INTERVAL \(seconds) SECOND WHERE used_at IS NOT NULL")
        let again = refresh()
        #expect(again.refreshToken == (isGranted ? successor : nil))
        #expect(again.errorCode == (isGranted ? nil : "TOKEN_REUSED"))
    }

    @Test func `concurrent reuse revokes the session and sends one notice`() throws {
        let token = try account.signIn().refreshToken
        #expect(refresh(token).status == .ok)
        try age(by: 31)
        let answers = try inParallel(32) { _ in refresh(token).errorCode }.map { try $0.get() }
        #expect(answers.allSatisfy { $0 == "TOKEN_REUSED" || $0 == "TOKEN_REVOKED" })
        #expect(answers.count { $0 == "TOKEN_REUSED" } == 1)
        #expect(try count("SELECT COUNT(*) FROM jobs WHERE kind = 'auth.send_reuse_notice'") == 1)
    }

    @Test func `a concurrent rotation and sign-out leave no live session`() throws {
        for _ in 1...10 {
            let session = try account.signIn()
            _ = try inParallel(8) { index in
                index.isMultiple(of: 2)
                    ? refresh(session.refreshToken)
                    : app.send(.post, "/api/v1/auth/logout", token: session.accessToken)
            }
        }
        #expect(try count("SELECT COUNT(*) FROM sessions WHERE revoked_at IS NULL") == 0)
    }

    private static let heldUp: [(change: SQL, refusal: String?)] = [
        ("revoked_at = NOW(6), revoked_reason = 'logout'", "TOKEN_REVOKED"),
        ("expires_at = NOW(6)", "TOKEN_EXPIRED"),
        ("user_agent = 'another'", nil),
    ]

    /// Revocation and sign-out also lock the session first, so that none of them and a refresh deadlock.
    @Test(arguments: heldUp)
    func `a refresh locks the session before the token`(change: SQL, refusal: String?) throws {
        let token = try account.signIn().refreshToken
        let answer = try app.answer(
            heldUpBy: "UPDATE sessions SET \(change)",
            meanwhile: {
                let id: UInt64? = try app.database.connection().first(
                    "SELECT id FROM refresh_tokens FOR UPDATE NOWAIT")
                #expect(id != nil)
            },
            to: { refresh(token) })
        #expect(answer?.errorCode == refusal)
        #expect(answer?.status == (refusal == nil ? .ok : .unauthorized))
        #expect(try count("SELECT COUNT(*) FROM refresh_tokens") == (refusal == nil ? 2 : 1))
    }

    @Test func `idle and absolute limits hold`() throws {
        let db = app.database.connection()
        let idle = try account.signIn().refreshToken
        try db.execute("UPDATE refresh_tokens SET expires_at = NOW(6)")
        #expect(refresh(idle).errorCode == "TOKEN_EXPIRED")
        let old = try account.signIn().refreshToken
        try db.execute("UPDATE sessions SET expires_at = NOW(6)")
        #expect(refresh(old).errorCode == "TOKEN_EXPIRED")
    }

    @Test func `a successor never outlives its session`() throws {
        let db = app.database.connection()
        let token = try account.signIn().refreshToken
        try db.execute("UPDATE sessions SET expires_at = NOW(6) + INTERVAL 1 HOUR")
        #expect(refresh(token).status == .ok)
        #expect(
            try count(
                """
                SELECT COUNT(*) FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id
                WHERE t.parent_id IS NOT NULL AND t.expires_at = s.expires_at
                """) == 1)
    }

    @Test(arguments: [
        "", "ghr_", "ghv_" + String(repeating: "A", count: 43), "ghr_" + String(repeating: "A", count: 43),
    ])
    func `a malformed token is refused`(text: String) {
        #expect([400, 401].contains(refresh(text).status.code))
    }

    @Test func `a sealed successor opens only under its predecessor`() throws {
        let (predecessor, successor) = (OpaqueToken(.refresh), OpaqueToken(.refresh))
        let sealed = try SuccessorSeal.seal(successor, under: predecessor)
        #expect(try SuccessorSeal.open(sealed, under: predecessor)?.text == successor.text)
        #expect(throws: (any Error).self) { try SuccessorSeal.open(sealed, under: successor) }
    }
}

extension Response {
    fileprivate var refreshToken: String? { json["data"]?["tokens"]?["refreshToken"]?.string }
}
