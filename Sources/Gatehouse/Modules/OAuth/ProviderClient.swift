import Database
import FoundationEssentials
import JOSE
import Logging
import Web

/// Sends the requests of one sign-in to a provider. Its texts never reach logs or users.
struct ProviderClient {
    private let requests: ProviderRequests
    private let db: Connection
    private let log: Logger
    private var provider: Provider { requests.provider }

    /// - Parameter queue: bounds the requests that wait for providers; `nil` for requests that hold no worker.
    init(
        _ provider: Provider, _ outbound: Outbound, in db: Connection, log: Logger, queue: ProviderQueue? = nil
    ) {
        requests = ProviderRequests(provider, outbound, log: log, queue: queue)
        self.db = db
        self.log = log
    }

    /// Where the provider takes requests.
    func metadata() throws -> ProviderMetadata {
        if provider.kind == .github { return ProviderMetadata(gitHub: provider.issuer) }
        let url = provider.discoveryURL
        return try ProviderDocuments.get(.discovery, of: provider, at: url, in: db, log: log) {
            try requests.get(url).object()
        } read: { json throws(ProviderFailure) in
            try requests.metadata(json)
        }
    }

    /// Exchanges a code for what the provider says about the user.
    /// - Parameter issuer: the issuer that the answer named, if the token must have the same.
    func profile(
        by code: String, from redirectURI: String, _ attempt: OAuthAttempt, answeredBy issuer: String?,
        now: Date = Date()
    ) throws -> ProviderProfile {
        let metadata = try metadata()
        let answer = try exchange(code, from: redirectURI, attempt, metadata)
        if provider.kind == .github { return try gitHubProfile(by: accessToken(of: answer), metadata) }
        guard let text = answer["id_token"]?.string else { throw ProviderFailure.refused(.token) }
        let token = try verify(
            text, metadata,
            IDToken.Expectation(
                provider: provider, nonce: attempt.nonce,
                authenticatedSince: attempt.isFresh && provider.tellsAuthenticationTime ? attempt.createdAt : nil,
                answeringIssuer: issuer, now: now))
        let claims = try completed(token, accessToken: answer["access_token"]?.string, metadata)
        return try ProviderProfile(
            claims, of: provider, subject: token.subject, name: attempt.name, authenticatedAt: token.authenticatedAt,
            refreshToken: provider.keepsRefreshToken ? answer["refresh_token"]?.string : nil)
    }

    /// Revokes a token (RFC 7009).
    func revoke(_ token: String) throws {
        let metadata = try metadata()
        guard let endpoint = metadata.revocationEndpoint else {
            log.warning("a provider revokes no tokens", metadata: ["provider": "\(provider.id)"])
            return
        }
        let answer = try requests.post(endpoint, ["token": token, "token_type_hint": "refresh_token"], metadata)
        // A token that is invalid already gets 200, too (RFC 7009, section 2.2).
        guard (200..<300).contains(answer.status) else { throw ProviderFailure.refused(.answer) }
    }

    private func exchange(
        _ code: String, from redirectURI: String, _ attempt: OAuthAttempt, _ metadata: ProviderMetadata
    ) throws -> JSON {
        let answer = try requests.post(
            metadata.tokenEndpoint,
            [
                "grant_type": "authorization_code", "code": code, "redirect_uri": redirectURI,
                "code_verifier": attempt.codeVerifier,
            ], metadata)
        guard (200..<300).contains(answer.status) else { throw ProviderFailure.refused(.code) }
        let json = try answer.object()
        // GitHub answers its errors with 200.
        guard json["error"] == nil else { throw ProviderFailure.refused(.code) }
        return json
    }

    private func accessToken(of answer: JSON) throws -> String {
        guard let token = answer["access_token"]?.string, !token.isEmpty, token.utf8.allSatisfy(\.isVisibleASCII) else {
            throw ProviderFailure.refused(.answer)
        }
        return token
    }

    /// Verifies a token, with renewed keys if it names one that is unknown.
    private func verify(
        _ text: String, _ metadata: ProviderMetadata, _ expected: IDToken.Expectation
    ) throws -> IDToken {
        let keys = try keys(metadata, areOutdated: false)
        guard IDToken.namesAnotherKey(text, than: keys) else {
            return try IDToken(text, verifiedBy: keys, expected)
        }
        return try IDToken(text, verifiedBy: try self.keys(metadata, areOutdated: true), expected)
    }

    private func keys(_ metadata: ProviderMetadata, areOutdated: Bool) throws -> ProviderKeys {
        guard let url = metadata.keysURL else { throw ProviderFailure.refused(.metadata) }
        return try ProviderDocuments.get(.keys, of: provider, at: url, isOutdated: areOutdated, in: db, log: log) {
            try requests.get(url).object()
        } read: { json throws(ProviderFailure) in
            try ProviderKeys(json, metadata.algorithms)
        }
    }

    /// The claims of a token; without an address, those of the endpoint for the user's data (OpenID Connect Core 1.0,
    /// section 5.3), which must be about the same user.
    private func completed(_ token: IDToken, accessToken: String?, _ metadata: ProviderMetadata) throws -> JSON {
        guard token.claims["email"] == nil, provider.kind != .microsoft, let endpoint = metadata.userInfoEndpoint,
            let accessToken, !accessToken.isEmpty, accessToken.utf8.allSatisfy(\.isVisibleASCII)
        else { return token.claims }
        let claims = try requests.get(endpoint, accessToken: accessToken).object()
        guard claims["sub"]?.string?.hasSameBytes(as: token.subject) == true else {
            throw ProviderFailure.refused(.subject)
        }
        return claims
    }

    // MARK: - GitHub ("Get the authenticated user", "List email addresses for the authenticated user")

    private func gitHubProfile(by token: String, _ metadata: ProviderMetadata) throws -> ProviderProfile {
        guard let api = metadata.userInfoEndpoint else { throw ProviderFailure.refused(.metadata) }
        let user = try requests.get("\(api)/user", accessToken: token).object()
        guard let id = user["id"]?.integer, id > 0 else { throw ProviderFailure.refused(.subject) }
        guard case .array(let addresses) = try requests.get("\(api)/user/emails", accessToken: token).json() else {
            throw ProviderFailure.refused(.answer)
        }
        let primary = addresses.first { $0["primary"] == true }
        let email = primary?["email"]?.string.flatMap { EmailAddress($0) }
        return ProviderProfile(
            gitHub: String(id), name: user["name"]?.string ?? user["login"]?.string,
            // Nothing reaches these addresses.
            email: email.flatMap { $0.domain == "users.noreply.github.com" ? nil : $0 },
            isEmailVerified: primary?["verified"] == true)
    }
}
