import Database
import FoundationEssentials
import Web

/// The code of a visit to a provider, and the verifier of the app that began it.
struct LinkIdentity: RequestInput {
    let code: String
    let codeVerifier: String

    init(from input: inout Input) {
        code = input.required("code", .token)
        codeVerifier = input.required("codeVerifier", .codeVerifier)
    }

    static let exampleBody: JSON? = [
        "code": .string("ghx_" + String(repeating: "A", count: 43)),
        "codeVerifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    ]
}

/// The provider whose account is unlinked.
struct UnlinkIdentity: RequestInput {
    let provider: String

    init(from input: inout Input) {
        provider = input.path("provider", .provider)
    }
}

/// An account at a provider that is linked to the caller's.
struct LinkedIdentity: ResponseObject {
    let provider: String
    let name: String
    let isEnabled: Bool
    let linkedAt: Date
    let lastUsedAt: Date?

    func write(to output: inout Output) {
        output.field("provider", provider)
        output.field("name", name, description: "The name of the provider.")
        output.field("enabled", isEnabled, description: "Whether users can sign in with the provider now.")
        output.field("linkedAt", linkedAt)
        output.field("lastUsedAt", lastUsedAt, description: "The last sign-in with it; `null` if there was none.")
    }

    static let example = LinkedIdentity(
        provider: "google", name: "Google", isEnabled: true, linkedAt: .example, lastUsedAt: .example)
}

/// Links accounts at providers to that of a signed-in user, who must have asked for it here: what a visit to a provider
/// proves only counts with the verifier of the app that began it, so a visit that somebody else began links nothing.
struct Linking {
    let providers: Providers
    let erasure: any Erasure
    let hooks: Hooks

    func list(_ call: Call) throws -> Answer<[LinkedIdentity]> {
        Answer(try IdentityRepository.all(of: call.signedIn.user.id, in: call.db).map(shown))
    }

    func link(_ input: LinkIdentity, _ call: Call) throws -> Answer<LinkedIdentity> {
        let caller = try call.signedIn
        do {
            guard let code = OpaqueToken(.oauthCode, input.code) else { throw CodeRefusal(.unknown) }
            let identity = try call.db.transaction { db in
                try link(code, input.codeVerifier, to: caller, call, in: db)
            }
            return Answer(created: shown(identity), at: "/users/me/oauth-accounts/\(identity.provider)")
        } catch let refusal as CodeRefusal {
            try refusal.record(by: call.actor, call)
            throw refusal.error
        }
    }

    private func link(
        _ code: OpaqueToken, _ verifier: String, to caller: Caller, _ call: Call, in db: Connection
    ) throws -> Identity {
        guard let user = try UserRepository.lock(caller.user.id, in: db), user.status == .active else {
            throw APIError(.tokenRevoked)
        }
        try RecentProof.require(of: caller, in: db)
        guard let proof = try OAuthCodeRepository.find(code, verifier: verifier, in: db) else {
            throw try OAuthCodeRepository.failure(of: code, verifier: verifier, in: db)
        }
        guard proof.purpose != .signIn else { throw CodeRefusal(.purpose, proof.provider) }
        guard providers.isEnabled(proof.provider) else { throw CodeRefusal(.providerUnavailable, proof.provider) }
        if proof.purpose == .claim {
            guard user.emailVerifiedAt != nil, proof.emailKey?.hasSameBytes(as: user.emailKey) == true else {
                throw CodeRefusal(
                    .otherOwner, proof.provider,
                    error: APIError(
                        .forbidden, "Only the owner of the address can link this: sign in to that account."))
            }
        }
        guard try OAuthCodeRepository.consume(code, verifier: verifier, in: db) else {
            throw CodeRefusal(.used, proof.provider)
        }
        try insert(proof, of: user.reference, by: call.actor, in: db)
        guard
            let identity = try IdentityRepository.find(provider: proof.provider, subject: proof.subject, in: db)
        else { throw RowVanished() }
        return identity
    }

    private func insert(
        _ proof: OAuthCode, of user: UserReference, by actor: AuditActor, in db: Connection
    ) throws {
        // Before the insertion, whose refusal would lock the row of the identity before that of its user.
        if let linked = try IdentityRepository.find(provider: proof.provider, subject: proof.subject, in: db),
            linked.userID != user.id
        {
            _ = try IdentityRelease.run(
                linked, successor: proof.refreshTokenSealed, by: actor, erasure: erasure, telling: hooks, in: db)
        }
        do {
            try IdentityRepository.insert(
                user, provider: proof.provider, subject: proof.subject, refreshTokenSealed: proof.refreshTokenSealed,
                isRequested: true, by: actor, telling: hooks, in: db)
        } catch let error as DatabaseError where error.isDuplicateKey("uq_identities_subject") {
            throw CodeRefusal(
                .identityLinked, proof.provider,
                error: APIError(.conflict, "This account of the provider is linked to an account here already."))
        } catch let error as DatabaseError where error.isDuplicateKey("uq_identities_user") {
            throw CodeRefusal(
                .otherIdentity, proof.provider,
                error: APIError(.conflict, "Another account of this provider is linked to yours: unlink it first."))
        }
    }

    /// Unlinks an identity, and ends the user's other sessions: whoever linked it may have signed in with it.
    func unlink(_ input: UnlinkIdentity, _ call: Call) throws -> Answer<NoContent> {
        let caller = try call.signedIn
        try call.db.transaction { db in
            guard let found = try UserRepository.lockCredentials(caller.user.id, in: db) else {
                throw APIError(.tokenRevoked)
            }
            try RecentProof.require(of: caller, in: db)
            let identities = try IdentityRepository.all(of: caller.user.id, in: db)
            let identity = try identities.first { $0.provider.hasSameBytes(as: input.provider) }.orNotFound()
            let others = identities.filter { $0.id != identity.id && providers.isEnabled($0.provider) }
            guard found.passwordHash != nil || !others.isEmpty else { throw APIError(.lastSignInMethod) }
            try IdentityRepository.remove(
                identity, of: caller.user, isRequested: true, by: call.actor, telling: hooks, in: db)
            try SessionRepository.endAll(
                of: caller.user, except: caller.session, because: .unlinked, by: call.actor, telling: hooks, in: db)
        }
        return Answer(NoContent())
    }

    private func shown(_ identity: Identity) -> LinkedIdentity {
        let provider = providers[identity.provider]
        return LinkedIdentity(
            provider: identity.provider, name: provider?.name ?? identity.provider, isEnabled: provider != nil,
            linkedAt: identity.createdAt, lastUsedAt: identity.lastUsedAt)
    }
}

extension ErrorCode {
    /// The account would have no way to sign in.
    static let lastSignInMethod = ErrorCode(
        "LAST_SIGN_IN_METHOD", .conflict, "This is your last way to sign in: set a password, or link another account.")
}
