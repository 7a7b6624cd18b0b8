import Database
import FoundationEssentials
import Web

/// The code of a sign-in with a provider, and the verifier of the app that began it.
struct ExchangeCode: RequestInput {
    let code: String
    let codeVerifier: String
    /// Whether the refresh token goes into a cookie instead of the body.
    let wantsCookie: Bool

    init(from input: inout Input) {
        code = input.required("code", .token)
        codeVerifier = input.required("codeVerifier", .codeVerifier)
        wantsCookie = input.optional("cookie", .boolean) ?? false
    }

    static let exampleBody: JSON? = [
        "code": .string("ghx_" + String(repeating: "A", count: 43)),
        "codeVerifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "cookie": false,
    ]
}

/// Signs in the user whom a provider named.
struct CodeExchange {
    let providers: Providers
    let sessions: SessionStart

    func exchange(_ input: ExchangeCode, _ call: Call) throws -> Answer<SignedIn> {
        try sessions.admit(wantsCookie: input.wantsCookie, call)
        do {
            return try signIn(input, call)
        } catch let refusal as CodeRefusal {
            try refusal.record(by: .nobody(from: call.origin), call)
            throw refusal.error
        }
    }

    private func signIn(_ input: ExchangeCode, _ call: Call) throws -> Answer<SignedIn> {
        guard let code = OpaqueToken(.oauthCode, input.code) else { throw CodeRefusal(.unknown) }
        guard let proof = try OAuthCodeRepository.find(code, verifier: input.codeVerifier, in: call.db) else {
            throw try OAuthCodeRepository.failure(of: code, verifier: input.codeVerifier, in: call.db)
        }
        guard proof.purpose == .signIn else { throw CodeRefusal(.purpose, proof.provider) }
        guard providers.isEnabled(proof.provider) else { throw CodeRefusal(.providerUnavailable, proof.provider) }
        guard let found = try linked(proof, in: call.db) else { throw CodeRefusal(.unlinked, proof.provider) }
        try sessions.refuseUnusable(found.user, provider: proof.provider, call)
        let answer = try sessions.begin(
            of: found.user, found.passwordHash, inCookie: input.wantsCookie, proofAge: proof.proofAge,
            provider: proof.provider, call
        ) { db in
            // The user is locked first, as by everything that ends ways in.
            try UserRepository.lockIfUnchanged(found.user.id, passwordHash: found.passwordHash, in: db)
                && linked(proof, in: db)?.user.id == found.user.id
                && OAuthCodeRepository.consume(code, verifier: input.codeVerifier, in: db)
        }
        // Another exchange or a change of the account came first.
        guard let answer else { throw CodeRefusal(.used, proof.provider) }
        return answer
    }

    /// The user to whom an identity is linked, unless the account is deleted.
    private func linked(_ proof: OAuthCode, in db: Connection) throws(DatabaseError) -> UserRepository.Credentials? {
        guard let identity = try IdentityRepository.find(provider: proof.provider, subject: proof.subject, in: db)
        else { return nil }
        return try UserRepository.findUndeleted(identity.userID, in: db)
    }
}

extension APIError {
    /// The error for a code that was used, has expired, is for something else, or never existed; it does not reveal
    /// which.
    static var unusableCode: APIError {
        APIError(
            .unprocessable, "This code was used before or has expired.",
            details: [
                Fault("code", "unusable", "Was used before, has expired, or is not for this verifier and this purpose.")
            ])
    }
}
