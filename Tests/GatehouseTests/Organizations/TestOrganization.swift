import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

/// Somebody who has signed in.
struct Person: Sendable {
    let app: TestApplication
    let email: String
    let id: String
    let token: String

    init(_ name: String, in app: TestApplication) throws {
        try self.init(TestAccount(in: app, email: "\(name)@example.com"))
    }

    /// The owner of an account, signed in to it.
    init(_ account: TestAccount) throws {
        app = account.app
        email = account.email
        token = try account.signIn().accessToken
        id = try #require(app.send(.get, "/api/v1/users/me", token: token).json["data"]?["id"]?.string)
    }

    /// The same person in a new session.
    func signedInAgain() throws -> Person {
        try Person(TestAccount(registeredIn: app, email: email))
    }

    func send(
        _ method: HTTPMethod, _ path: String, _ body: JSON? = nil, headers: HTTPFields = [:]
    ) -> Response {
        app.send(method, "/api/v1" + path, body, token: token, headers: headers)
    }

    /// The internal id, which owns rows.
    func internalID() throws -> UInt64 {
        try app.value("SELECT id FROM users WHERE email = \(email)", as: UInt64.self)
    }

    func reference() throws -> UserReference {
        UserReference(id: try internalID(), publicID: try #require(UUID(uuidString: id)))
    }

    /// Accepts an invitation.
    func accept(_ token: OpaqueToken) -> Response {
        send(.post, "/invitations/accept", ["token": .string(token.text)])
    }

    /// Deletes the account.
    func deleteAccount() -> Response {
        send(.delete, "/users/me", ["currentPassword": .string(TestAccount.password)])
    }

    /// Sets the account's status in its row, without the other effects of the operation.
    func mark(_ status: User.Status) throws {
        try app.database.connection().execute(
            """
            UPDATE users SET status = \(status), deleted_at = IF(\(status) = 'deleted', NOW(6), NULL)
            WHERE email = \(email)
            """)
    }

    /// Ends the account's grace period, and erases it.
    func erase() throws {
        try mark(.deleted)
        try app.database.connection().execute(
            "UPDATE users SET deleted_at = NOW(6) - INTERVAL 31 DAY WHERE email = \(email)")
        try EraseDeletedAccounts().run(.test(app))
    }
}

/// An organization and its maker.
struct TestOrganization: Sendable {
    let app: TestApplication
    let id: String

    init(by owner: Person, slug: String = "engines") throws {
        let made = owner.send(.post, "/organizations", ["name": "Analytical Engines", "slug": .string(slug)])
        app = owner.app
        id = try #require(made.json["data"]?["id"]?.string, "\(made.json)")
    }

    /// The path of the organization, or of something below it.
    func path(_ rest: String = "") -> String { "/organizations/\(id)\(rest)" }

    func path(of person: Person) -> String { path("/members/\(person.id)") }

    /// The internal id, which owns rows.
    func internalID() throws -> UInt64 {
        try app.value("SELECT id FROM organizations WHERE public_id = \(id)", as: UInt64.self)
    }

    func reference() throws -> OrganizationReference {
        OrganizationReference(id: try internalID(), publicID: try #require(UUID(uuidString: id)))
    }

    /// Makes people members without an invitation.
    func add(_ people: Person..., as role: MemberRole) throws {
        try app.database.connection().transaction { db in
            for person in people {
                try MemberRepository.insert(
                    person.reference(), into: reference(), as: role, by: .program, telling: .none, in: db)
            }
        }
    }

    func invite(_ email: String, as role: String = "member", by person: Person) -> Response {
        person.send(.post, path("/invitations"), ["email": .string(email), "role": .string(role)])
    }

    /// Invites an address and makes the token of the link, as the job does when it sends the mail.
    func link(for email: String, as role: String = "member", by person: Person) throws -> OpaqueToken {
        let id = try #require(invite(email, as: role, by: person).id)
        let (token, key) = (OpaqueToken(.invitation), try #require(EmailAddress(email)).key)
        let letter = try InvitationRepository.store(token, for: id, emailKey: key, in: app.database.connection())
        #expect(letter?.email == email)
        return token
    }

    /// Somebody's role in the database.
    func role(of person: Person) throws -> MemberRole? {
        try app.database.connection().first(
            """
            SELECT m.role FROM organization_members m JOIN users u ON u.id = m.user_id
            WHERE m.organization_id = \(internalID()) AND u.email = \(person.email)
            """)
    }

    /// The details of the audit about a member whose role changed.
    func details(from old: String, to role: String) -> JSON {
        ["organizationId": .string(id), "from": .string(old), "role": .string(role)]
    }

    /// The number of owners whose accounts are in use.
    func owners() throws -> Int {
        try app.value(
            """
            SELECT COUNT(*) FROM organization_members m JOIN users u ON u.id = m.user_id
            WHERE m.organization_id = \(internalID()) AND m.role = 'owner' AND u.status = 'active'
            """)
    }

    /// Makes a key of the organization.
    func key(by admin: Person, scopes: JSON) throws -> String {
        let made = admin.send(
            .post, "/api-keys", ["name": "robot", "scopes": scopes, "organizationId": .string(id)])
        return try #require(made.json["data"]?["secret"]?.string, "\(made.json)")
    }
}
