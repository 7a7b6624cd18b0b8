import Database
import FoundationEssentials
import GatehouseTesting
import Logging
import Testing
import Web

@testable import Gatehouse

@Suite struct InvitationTests {
    private let app: TestApplication
    private let owner: Person
    private let organization: TestOrganization

    init() throws {
        app = try TestApplication()
        owner = try Person("owner", in: app)
        organization = try TestOrganization(by: owner)
    }

    private func invite(_ email: String, as role: String = "member") -> Response {
        organization.invite(email, as: role, by: owner)
    }

    private func link(for email: String, as role: String = "member") throws -> OpaqueToken {
        try organization.link(for: email, as: role, by: owner)
    }

    private func accept(_ token: OpaqueToken, by person: Person) -> Response {
        person.accept(token)
    }

    private func openInvitations() -> [JSON] {
        owner.send(.get, organization.path("/invitations")).json["data"]?.elements ?? []
    }

    @Test func `the link in the mail makes the owner of the address a member`() throws {
        let server = try TestMailServer()
        let grace = try Person("grace", in: app)
        let answer = invite("Grace@Example.com", as: "admin")
        #expect(answer.status == .created)
        #expect(answer.json["data"]?["invitedBy"]?.string == owner.id)
        let payload = try app.value(
            "SELECT payload FROM jobs WHERE kind = 'organizations.send_invitation'", as: String.self)
        try JSONDecoder().decode(SendInvitation.self, from: Data(payload.utf8)).run(
            try JobContext(
                id: UUID.v7(), db: app.database.connection(), mailer: Mailer(server.settings()),
                publicURL: "https://id.example.com", settings: .defaults(of: []),
                erasure: Program.gatehouse.modules, hooks: .none, outbound: .test(),
                log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
        let mail = try server.nextMail()
        #expect(mail.recipients == ["Grace@example.com"])
        let text = mail.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(text.contains("Ada Lovelace invites you to join the organization Analytical Engines as an admin."))
        let address = "https://id.example.com/accept-invitation#token="
        let line = try #require(mail.text.split(whereSeparator: \.isNewline).first { $0.hasPrefix(address) })
        let token = String(line.dropFirst(address.count))
        let joined = grace.send(.post, "/invitations/accept", ["token": .string(token)])
        #expect(joined.json["data"]?["role"] == "admin")
        #expect(joined.json["data"]?["organization"]?["id"]?.string == organization.id)
        #expect(try organization.role(of: grace) == .admin)
        #expect(try app.audited(.invitationSent) == 1)
        #expect(try app.audited(.invitationAccepted) == 1)
        #expect(try app.audited(.memberAdded) == 2, "the founder and the guest")
        #expect(openInvitations().isEmpty)
    }

    @Test func `an invitation is at the location in the answer`() throws {
        let answer = invite("grace@example.com")
        let place = try #require(answer.headers[.location])
        let path = String(place.dropFirst("/api/v1".count))
        #expect(owner.send(.get, path).json["data"] == answer.json["data"])
        let (viewer, stranger) = (try Person("viewer", in: app), try Person("stranger", in: app))
        try organization.add(viewer, as: .viewer)
        #expect(viewer.send(.get, path).errorCode == "FORBIDDEN")
        #expect(stranger.send(.get, path).errorCode == "NOT_FOUND")
        let other = try TestOrganization(by: stranger, slug: "other")
        let elsewhere = other.path("/invitations/\(path.split(separator: "/").last ?? "")")
        #expect(stranger.send(.get, elsewhere).errorCode == "NOT_FOUND")
        try app.database.connection().execute("UPDATE invitations SET expires_at = NOW(6)")
        #expect(owner.send(.get, path).errorCode == "NOT_FOUND")
    }

    @Test func `a person without an account registers and accepts`() throws {
        let token = try link(for: "grace@example.com")
        let grace = try Person("grace", in: app)
        #expect(accept(token, by: grace).status == .ok)
        #expect(try organization.role(of: grace) == .member)
    }

    @Test func `any number of concurrent uses make one member`() throws {
        let grace = try Person("grace", in: app)
        let token = try link(for: grace.email)
        let answers = try inParallel(32) { _ in accept(token, by: grace) }.map { try $0.get() }
        #expect(answers.count { $0.status == .ok } == 1)
        #expect(answers.count { $0.errorCode == "UNPROCESSABLE" } == 31)
        #expect(try app.value("SELECT COUNT(*) FROM organization_members") == 2)
        #expect(try app.audited(.memberAdded) == 2, "the founder and the guest")
    }

    @Test func `an invitation accepted and revoked at once is one of these`() throws {
        let grace = try Person("grace", in: app)
        for _ in 1...5 {
            let token = try link(for: grace.email)
            let id = try #require(openInvitations().first?["id"]?.string)
            let answers = try inParallel(16) { index in
                index.isMultiple(of: 2)
                    ? accept(token, by: grace) : owner.send(.delete, organization.path("/invitations/\(id)"))
            }.map { try $0.get() }
            #expect(answers.count { [.ok, .noContent].contains($0.status) } == 1)
            let isMember = try organization.role(of: grace) != nil
            #expect(isMember == answers.contains { $0.status == .ok })
            if isMember { #expect(grace.send(.post, organization.path("/leave")).status == .noContent) }
        }
    }

    @Test func `an invitation is only for the address that it was sent to`() throws {
        let (grace, eve) = (try Person("grace", in: app), try Person("eve", in: app))
        let token = try link(for: grace.email)
        #expect(accept(token, by: eve).errorCode == "FORBIDDEN")
        #expect(accept(token, by: grace).status == .ok)
        #expect(try organization.role(of: eve) == nil)
    }

    @Test func `an unverified address accepts nothing`() throws {
        let grace = try Person("grace", in: app)
        let token = try link(for: grace.email)
        let db = app.database.connection()
        try db.execute("UPDATE users SET email_verified_at = NULL WHERE email = \(grace.email)")
        #expect(accept(token, by: grace).errorCode == "EMAIL_NOT_VERIFIED")
        try db.execute("UPDATE users SET email_verified_at = NOW(6) WHERE email = \(grace.email)")
        #expect(accept(token, by: grace).status == .ok)
    }

    @Test func `an expired, revoked or malformed token accepts nothing`() throws {
        let grace = try Person("grace", in: app)
        let expired = try link(for: grace.email)
        try app.database.connection().execute("UPDATE invitations SET expires_at = NOW(6)")
        #expect(accept(expired, by: grace).errorCode == "UNPROCESSABLE")
        #expect(openInvitations().isEmpty)
        let revoked = try link(for: grace.email)
        let id = try #require(openInvitations().first?["id"]?.string)
        #expect(owner.send(.delete, organization.path("/invitations/\(id)")).status == .noContent)
        #expect(owner.send(.delete, organization.path("/invitations/\(id)")).errorCode == "NOT_FOUND")
        #expect(accept(revoked, by: grace).errorCode == "UNPROCESSABLE")
        for text in ["ghi_", "ghv_" + String(repeating: "A", count: 43), OpaqueToken(.invitation).text] {
            let answer = grace.send(.post, "/invitations/accept", ["token": .string(text)])
            #expect(answer.errorCode == "UNPROCESSABLE")
        }
        #expect(try organization.role(of: grace) == nil)
        #expect(try app.audited(.invitationRevoked) == 1)
    }

    @Test func `a person who is already a member keeps the role`() throws {
        let grace = try Person("grace", in: app)
        let token = try link(for: grace.email, as: "admin")
        try organization.add(grace, as: .viewer)
        let answer = accept(token, by: grace)
        #expect(answer.json["data"]?["role"] == "viewer")
        #expect(try organization.role(of: grace) == .viewer)
        #expect(accept(token, by: grace).errorCode == "UNPROCESSABLE")
        #expect(invite(grace.email).errorCode == "CONFLICT")
    }

    @Test func `another invitation of an address replaces the first, and the newest link counts`() throws {
        let grace = try Person("grace", in: app)
        let first = try link(for: grace.email, as: "viewer")
        let id = openInvitations().first?["id"]
        let second = try link(for: grace.email, as: "admin")
        #expect(openInvitations().map { $0["id"] } == [id])
        #expect(accept(first, by: grace).errorCode == "UNPROCESSABLE")
        #expect(accept(second, by: grace).json["data"]?["role"] == "admin")
    }

    @Test func `a link is void as soon as its address is invited again`() throws {
        let grace = try Person("grace", in: app)
        let token = try link(for: grace.email, as: "viewer")
        #expect(invite(grace.email, as: "admin").status == .created)
        #expect(accept(token, by: grace).errorCode == "UNPROCESSABLE", "its role has changed")
        #expect(try organization.role(of: grace) == nil)
    }

    @Test func `the address of a deleted account is invited like one without an account`() throws {
        let grace = try Person("grace", in: app)
        try organization.add(grace, as: .viewer)
        #expect(invite(grace.email).errorCode == "CONFLICT")
        #expect(grace.deleteAccount().status == .noContent)
        let token = try link(for: grace.email, as: "admin")
        try grace.mark(.active)
        let answer = try grace.signedInAgain().accept(token)
        #expect(answer.json["data"]?["role"] == "viewer", "a restored account has its former role")
    }

    @Test func `an address invited many times at once has one invitation`() throws {
        let answers = try inParallel(16) { _ in invite("grace@example.com") }.map { try $0.get() }
        #expect(answers.allSatisfy { $0.status == .created })
        #expect(Set(answers.compactMap { $0.json["data"]?["id"]?.string }).count == 1)
        #expect(try app.value("SELECT COUNT(*) FROM invitations") == 1)
    }

    @Test func `only a member can become owner`() throws {
        #expect(invite("grace@example.com", as: "owner").errorCode == "VALIDATION_ERROR")
        #expect(try app.value("SELECT COUNT(*) FROM invitations") == 0)
    }

    @Test func `a revoked invitation sends no mail`() throws {
        _ = try link(for: "grace@example.com")
        let id = try #require(openInvitations().first?["id"]?.string.flatMap(UUID.init(uuidString:)))
        let job = SendInvitation(invitationID: id, emailKey: "grace@example.com")
        // No mail server answers here.
        #expect(throws: MailError.self) { try job.run(.test(app)) }
        let path = organization.path("/invitations/\(id.uuidString.lowercased())")
        #expect(owner.send(.delete, path).status == .noContent)
        try job.run(.test(app))
    }

    @Test func `nobody joins more organizations than allowed`() throws {
        let grace = try Person("grace", in: app)
        let (token, db) = (try link(for: grace.email), app.database.connection())
        for number in 1...Organization.maximumPerUser {
            try db.transaction { db in
                let new = try OrganizationRepository.insert(
                    UUID.v7(), name: "Full", slug: "full-\(number)", by: .program, telling: .none, in: db)
                try MemberRepository.insert(
                    grace.reference(), into: new, as: .member, by: .program, telling: .none, in: db)
            }
        }
        #expect(accept(token, by: grace).errorCode == "CONFLICT")
        try db.execute("DELETE FROM organizations WHERE slug = 'full-1'")
        #expect(accept(token, by: grace).status == .ok)
    }

    @Test func `names that advertise are left out of the mail`() {
        let mail = MailTemplate.invitation(
            to: PlainName(organization: "Cheap pills at pills.example"),
            by: PlainName(person: "http://spam.example", isVerified: false), as: Invitation.Role.member,
            link: PageLink("/accept-invitation", at: "https://id.example.com"), expiresOn: Date()
        ).content(greeting: nil, from: .example)
        #expect(!mail.text.contains("pills") && !mail.html.contains("pills"))
        #expect(!mail.text.contains("spam") && !mail.html.contains("spam"))
        #expect(mail.text.contains("Somebody invites you to join an organization as a member."))
    }

    @Test func `expired invitations are purged`() throws {
        let db = app.database.connection()
        for name in ["old", "new"] { #expect(invite("\(name)@example.com").status == .created) }
        try db.execute("UPDATE invitations SET expires_at = NOW(6) - INTERVAL 25 HOUR WHERE email = 'old@example.com'")
        #expect(try InvitationRepository.purge(limit: 10, in: db) == 1)
        #expect(openInvitations().map { $0["email"] } == ["new@example.com"])
    }
}
