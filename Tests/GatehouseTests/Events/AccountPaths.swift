import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

extension ListenedApplication {
    /// A new address.
    var newAddress: String { "e\(UUID().text)@example.com" }

    /// Somebody who has signed in, with a verified address.
    func person() throws -> Person { try Person(TestAccount(in: app, email: newAddress)) }

    /// Somebody whose address is not verified.
    func unverified() throws -> String {
        let email = newAddress
        #expect(EventPath.register(email, in: app).status == .created)
        return email
    }

    /// The address of a stranger's account that gives it up.
    func stale() throws -> String {
        let email = try unverified()
        try db.execute("UPDATE users SET created_at = NOW(6) - INTERVAL 25 HOUR WHERE email = \(email)")
        return email
    }
}

extension [String: String] {
    /// The settings of a provider.
    static let withProvider = [
        "GATEHOUSE_PROVIDERS": "acme", "GATEHOUSE_PROVIDER_ACME_ISSUER": "https://op.example.com",
        "GATEHOUSE_PROVIDER_ACME_CLIENT_ID": "client", "GATEHOUSE_PROVIDER_ACME_CLIENT_SECRET": "secret",
    ]
}

extension UserReference {
    init(_ person: Person) throws {
        self.init(id: try person.internalID(), publicID: try #require(UUID(uuidString: person.id)))
    }
}

extension ListenedApplication {
    /// Links an account at the provider to a user, and returns its subject.
    func identity(of user: UserReference) throws -> String {
        let subject = UUID().text
        try db.transaction { db in
            try IdentityRepository.insert(
                user, provider: "acme", subject: subject, refreshTokenSealed: nil, isRequested: true, by: .program,
                telling: .none, in: db)
        }
        return subject
    }

    /// A code as a visit to the provider makes it, with its verifier, as the body of a request.
    func code(for purpose: OAuthCode.Purpose, _ subject: String) throws -> JSON {
        let (code, verifier) = (OpaqueToken(.oauthCode), String(repeating: "v", count: 43))
        let profile = try ProviderProfile([:], of: .test(), subject: subject)
        try OAuthCodeRepository.insert(
            code, for: purpose, provider: "acme", profile, refreshTokenSealed: nil,
            codeChallenge: OAuthCode.challenge(of: verifier), in: db)
        return ["code": .string(code.text), "codeVerifier": .string(verifier)]
    }
}

extension EventPath {
    static func register(_ email: String, in app: TestApplication) -> Response {
        app.send(
            .post, "/api/v1/auth/register",
            ["email": .string(email), "password": .string(TestAccount.password), "name": "Ada Lovelace"])
    }

    /// Follows a mailed link.
    private static func follow(
        _ path: String, _ purpose: LinkPurpose, of email: String, newEmail: String? = nil,
        _ members: [JSON.Member] = [], in world: ListenedApplication
    ) throws -> () -> End {
        let token = try world.app.mailToken(for: email, purpose, newEmail: newEmail)
        let body = JSON.object([.init("token", .string(token.text))] + members)
        return { .answered(world.app.send(.post, "/api/v1" + path, body)) }
    }

    private static let password = JSON.Member("password", .string(TestAccount.password))
    private static let newPassword = JSON.Member("newPassword", "battery horse staple correct")

    static let ofAccounts: [EventPath] =
        made + changed + [
            EventPath("POST /auth/login", UserSignedIn.self) { world in
                let account = try TestAccount(in: world.app, email: world.newAddress)
                return { .answered(account.logIn()) }
            },
            EventPath("POST /auth/oauth/exchange", UserSignedIn.self) { world in
                let user = try UserReference(world.person())
                let subject = try world.identity(of: user)
                let code = try world.code(for: .signIn, subject)
                return { .answered(world.app.send(.post, "/api/v1/auth/oauth/exchange", code)) }
            },
            EventPath("POST /users/me/oauth-accounts", IdentityLinked.self) { world in
                let (person, code) = (try world.person(), try world.code(for: .link, UUID().text))
                return { .answered(person.send(.post, "/users/me/oauth-accounts", code)) }
            },
            EventPath("DELETE /users/me/oauth-accounts/{provider}", IdentityUnlinked.self) { world in
                let person = try world.person()
                _ = try world.identity(of: UserReference(person))
                return { .answered(person.send(.delete, "/users/me/oauth-accounts/acme")) }
            },
            EventPath(
                "DELETE /users/me/oauth-accounts/{provider}", IdentityUnlinked.self, AllSessionsEnded.self
            ) { world in
                let account = try TestAccount(in: world.app, email: world.newAddress)
                let person = try Person(account)
                #expect(account.logIn().status == .ok)
                _ = try world.identity(of: UserReference(person))
                return { .answered(person.send(.delete, "/users/me/oauth-accounts/acme")) }
            },
        ]

    private static let made = [
        EventPath(
            "POST /auth/register", RegistrationRequested.self, AccountWillBeCreated.self, AccountCreated.self
        ) { world in
            let email = world.newAddress
            return { .answered(register(email, in: world.app)) }
        },
        EventPath(
            "POST /auth/register", RegistrationRequested.self, AccountErased.self, AccountWillBeCreated.self,
            AccountCreated.self
        ) { world in
            let email = try world.stale()
            return { .answered(register(email, in: world.app)) }
        },
        EventPath(
            "POST /auth/register", RegistrationRequested.self, EmailReleased.self, AccountWillBeCreated.self,
            AccountCreated.self
        ) { world in
            let email = try world.unverified()
            try world.db.execute("UPDATE users SET status = 'deleted', deleted_at = NOW(6) WHERE email = \(email)")
            return { .answered(register(email, in: world.app)) }
        },
        EventPath("POST /users", AccountWillBeCreated.self, AccountCreated.self) { world in
            let email = world.newAddress
            return { .answered(world.admin.send(.post, "/users", ["email": .string(email), "name": "Grace"])) }
        },
        EventPath("gatehouse user create", AccountWillBeCreated.self, AccountCreated.self) { world in
            let new = Administration.NewUser(
                email: world.newAddress, name: "Grace", role: "support", isVerified: false, password: nil)
            return {
                _ = try world.commands.createUser(new)
                return .done
            }
        },
    ]

    private static let changed = [
        EventPath("PATCH /users/me", ProfileChanged.self) { world in
            let person = try world.person()
            return { .answered(person.send(.patch, "/users/me", ["name": "Ada King"])) }
        },
        EventPath("POST /auth/verify-email", EmailVerified.self) { world in
            try follow("/auth/verify-email", .verifyEmail, of: world.unverified(), [password], in: world)
        },
        EventPath(
            "POST /auth/verify-email", PasswordChanged.self, EmailVerified.self, AccountTakenOver.self,
            ProfileChanged.self
        ) { world in
            try follow("/auth/verify-email", .verifyEmail, of: world.unverified(), [newPassword], in: world)
        },
        EventPath(
            "POST /auth/password-reset/confirm", PasswordChanged.self, EmailVerified.self, AccountTakenOver.self,
            ProfileChanged.self
        ) { world in
            try follow("/auth/password-reset/confirm", .resetPassword, of: world.unverified(), [newPassword], in: world)
        },
        EventPath("POST /auth/password-reset/confirm", PasswordChanged.self, AllSessionsEnded.self) { world in
            try follow(
                "/auth/password-reset/confirm", .resetPassword, of: world.person().email, [newPassword], in: world)
        },
        EventPath("POST /users/me/password", PasswordChanged.self) { world in
            let person = try world.person()
            let body = JSON.object([.init("currentPassword", .string(TestAccount.password)), newPassword])
            return { .answered(person.send(.post, "/users/me/password", body)) }
        },
        EventPath("gatehouse user set-password", PasswordChanged.self, AllSessionsEnded.self) { world in
            let email = try world.person().email
            return {
                _ = try world.commands.setPassword(of: email, to: "battery horse staple correct")
                return .done
            }
        },
        EventPath("POST /users/me/email", EmailChangeRequested.self) { world in
            let (person, email) = (try world.person(), world.newAddress)
            return {
                .answered(
                    person.send(
                        .post, "/users/me/email",
                        ["newEmail": .string(email), "currentPassword": .string(TestAccount.password)]))
            }
        },
        EventPath("POST /auth/confirm-email", EmailChanged.self) { world in
            try follow(
                "/auth/confirm-email", .changeEmail, of: world.person().email, newEmail: world.newAddress, [password],
                in: world)
        },
        EventPath("POST /auth/confirm-email", EmailChanged.self, EmailVerified.self) { world in
            try follow(
                "/auth/confirm-email", .changeEmail, of: world.unverified(), newEmail: world.newAddress, [password],
                in: world)
        },
        EventPath("POST /auth/confirm-email", AccountErased.self, EmailChanged.self) { world in
            try follow(
                "/auth/confirm-email", .changeEmail, of: world.person().email, newEmail: world.stale(), [password],
                in: world)
        },
        EventPath("PATCH /users/{id}", RoleChanged.self, AccountSuspended.self, AllSessionsEnded.self) { world in
            let person = try world.person()
            let body: JSON = ["role": "support", "status": "suspended"]
            return { .answered(world.admin.send(.patch, "/users/\(person.id)", body)) }
        },
        EventPath("PATCH /users/{id}", AccountActivated.self) { world in
            let person = try world.person()
            try person.mark(.deleted)
            return { .answered(world.admin.send(.patch, "/users/\(person.id)", ["status": "active"])) }
        },
        EventPath("gatehouse user set-role", RoleChanged.self) { world in
            let email = try world.person().email
            return {
                _ = try world.commands.setRole(of: email, to: "support", force: false)
                return .done
            }
        },
        EventPath("gatehouse user suspend", AccountSuspended.self, AllSessionsEnded.self) { world in
            let email = try world.person().email
            return {
                _ = try world.commands.suspendUser(email, force: false)
                return .done
            }
        },
        EventPath("gatehouse user activate", AccountActivated.self) { world in
            let person = try world.person()
            try person.mark(.suspended)
            return {
                _ = try world.commands.activateUser(person.email)
                return .done
            }
        },
    ]

    static let ofEndings: [EventPath] = [
        EventPath("DELETE /users/me", AccountDeleted.self, AllSessionsEnded.self) { world in
            let person = try world.person()
            return { .answered(person.deleteAccount()) }
        },
        EventPath("DELETE /users/{id}", AccountDeleted.self, AllSessionsEnded.self) { world in
            let person = try world.person()
            return { .answered(world.admin.send(.delete, "/users/\(person.id)")) }
        },
        EventPath("gatehouse user delete", AccountDeleted.self, AllSessionsEnded.self) { world in
            let email = try world.person().email
            return {
                _ = try world.commands.deleteUser(email, force: false)
                return .done
            }
        },
        EventPath(
            "POST /auth/verify-email/reject", AccountTakenOver.self, PasswordChanged.self, EmailReleased.self,
            AccountDeleted.self, RegistrationRejected.self
        ) { world in
            try follow("/auth/verify-email/reject", .verifyEmail, of: world.unverified(), in: world)
        },
        EventPath(EraseDeletedAccounts.kind, AccountErased.self) { world in try erase(world.person(), world) },
        EventPath(EraseDeletedAccounts.kind, OrganizationDeleted.self, AccountErased.self) { world in
            let person = try world.person()
            _ = try TestOrganization(by: person, slug: "o-\(person.id.prefix(13))")
            return try erase(person, world)
        },
        EventPath(
            EraseDeletedAccounts.kind, MemberLeft.self, MemberRoleChanged.self, AccountErased.self
        ) { world in
            let person = try world.person()
            let organization = try TestOrganization(by: person, slug: "o-\(person.id.prefix(13))")
            try organization.add(world.person(), as: .admin)
            return try erase(person, world)
        },
    ]

    /// Erases an account after its grace period, and no account that an earlier refusal left.
    private static func erase(_ person: Person, _ world: ListenedApplication) throws -> () throws -> End {
        try world.db.execute("UPDATE users SET deleted_at = NOW(6) WHERE status = 'deleted'")
        try person.mark(.deleted)
        try world.db.execute("UPDATE users SET deleted_at = NOW(6) - INTERVAL 31 DAY WHERE email = \(person.email)")
        return {
            try EraseDeletedAccounts().run(world.context)
            return .done
        }
    }

    static let ofHiddenRegistration: [EventPath] = [
        EventPath("POST /auth/register", RegistrationRequested.self) { world in
            let email = world.newAddress
            return { .answered(register(email, in: world.app)) }
        },
        EventPath(CompleteRegistration.kind, AccountWillBeCreated.self, AccountCreated.self) { world in
            let address = try #require(EmailAddress(world.newAddress))
            let job = CompleteRegistration(
                Applicant(
                    publicID: UUID.v7(), email: address, name: "Ada", passwordHash: "", device: nil,
                    invitation: .none, origin: Origin(requestID: "1", address: "192.0.2.1", userAgent: "")))
            return {
                try job.run(world.context)
                return .done
            }
        },
    ]
}
