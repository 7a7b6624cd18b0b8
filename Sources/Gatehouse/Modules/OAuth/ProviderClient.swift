import Database
import FoundationEssentials
import JOSE
import Logging
import Web

/// Asks one provider during one sign-in. Its answers are bounded in size and time, and what they say goes nowhere.
struct ProviderClient {
    let provider: Provider
    private let outbound: Outbound
    private let db: Connection
    private let log: Logger
    /// The end of the time for all requests of a sign-in together.
    private let deadline: ContinuousClock.Instant

    /// The time for all requests of a sign-in together: less than a request to this program may take.
    private static let budget = Duration.seconds(8)
    /// The time for one request.
    private static let timeout = Duration.seconds(3)
    /// Far more than the largest key set of a known provider has, in bytes.
    static let largestAnswer = 256 << 10

    init(_ provider: Provider, _ outbound: Outbound, in db: Connection, log: Logger) {
        self.provider = provider
        self.outbound = outbound
        self.db = db
        self.log = log
        deadline = .now + Self.budget
    }

    /// Where the provider takes requests.
    func metadata() throws -> ProviderMetadata {
        if provider.kind == .github { return ProviderMetadata(gitHub: provider.issuer) }
        let url = provider.discoveryURL
        return try ProviderDocuments.get(.discovery, of: provider, at: url, in: db) {
            try get(url)
        } read: { json throws(ProviderFailure) in
            try ProviderMetadata(json, of: provider) { outbound.allowsURL($0) }
        }
    }

    /// Exchanges a code for what the provider says about the user.
    func profile(
        by code: String, from redirectURI: String, _ attempt: OAuthAttempt, now: Date = Date()
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
                now: now))
        let claims = try completed(token, accessToken: answer["access_token"]?.string, metadata)
        return try ProviderProfile(
            claims, of: provider, subject: token.subject, name: attempt.name, authenticatedAt: token.authenticatedAt,
            refreshToken: provider.keepsRefreshToken ? answer["refresh_token"]?.string : nil)
    }

    /// Revokes a token (RFC 7009).
    func revoke(_ token: String) throws {
        let metadata = try metadata()
        guard let endpoint = metadata.revocationEndpoint else { return }
        _ = try post(endpoint, ["token": token, "token_type_hint": "refresh_token"], metadata)
    }

    private func exchange(
        _ code: String, from redirectURI: String, _ attempt: OAuthAttempt, _ metadata: ProviderMetadata
    ) throws -> JSON {
        let answer = try post(
            metadata.tokenEndpoint,
            [
                "grant_type": "authorization_code", "code": code, "redirect_uri": redirectURI,
                "code_verifier": attempt.codeVerifier,
            ], metadata)
        guard (200..<300).contains(answer.status) else { throw ProviderFailure.refused(.code) }
        let json = try object(answer)
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
        return try ProviderDocuments.get(.keys, of: provider, at: url, isOutdated: areOutdated, in: db) {
            try get(url)
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
        let claims = try get(endpoint, accessToken: accessToken)
        guard claims["sub"]?.string?.hasSameBytes(as: token.subject) == true else {
            throw ProviderFailure.refused(.subject)
        }
        return claims
    }

    // MARK: - GitHub ("Get the authenticated user", "List email addresses for the authenticated user")

    private func gitHubProfile(by token: String, _ metadata: ProviderMetadata) throws -> ProviderProfile {
        guard let api = metadata.userInfoEndpoint else { throw ProviderFailure.refused(.metadata) }
        let user = try get("\(api)/user", accessToken: token)
        guard let id = user["id"]?.integer, id > 0 else { throw ProviderFailure.refused(.subject) }
        guard case .array(let addresses) = try json(at: "\(api)/user/emails", accessToken: token) else {
            throw ProviderFailure.refused(.answer)
        }
        let primary = addresses.first { $0["primary"] == true && $0["verified"] == true }
        let email = primary?["email"]?.string.flatMap { EmailAddress($0) }
        return ProviderProfile(
            gitHub: String(id), name: user["name"]?.string ?? user["login"]?.string,
            // Nothing reaches these addresses.
            email: email.flatMap { $0.domain == "users.noreply.github.com" ? nil : $0 })
    }

    // MARK: - Requests

    private func get(_ url: String, accessToken: String? = nil) throws -> JSON {
        let json = try json(at: url, accessToken: accessToken)
        guard case .object = json else { throw ProviderFailure.refused(.answer) }
        return json
    }

    private func json(at url: String, accessToken: String?) throws -> JSON {
        var headers: HTTPFields = ["Accept": "application/json"]
        if let accessToken { headers[.authorization] = "Bearer \(accessToken)" }
        let answer = try sending { client throws(HTTPClientError) in try client.get(url, headers: headers) }
        guard answer.status == 200 else { throw ProviderFailure.refused(.answer) }
        guard let json = try? JSON(parsing: answer.body) else { throw ProviderFailure.refused(.answer) }
        return json
    }

    private func object(_ answer: HTTPClient.Answer) throws -> JSON {
        guard let json = try? JSON(parsing: answer.body), case .object = json else {
            throw ProviderFailure.refused(.answer)
        }
        return json
    }

    /// Posts a form, with the id and the secret of this service (RFC 6749, section 2.3.1).
    private func post(
        _ url: String, _ form: FormParameters, _ metadata: ProviderMetadata
    ) throws -> HTTPClient.Answer {
        var form = form
        var headers: HTTPFields = [
            "Accept": "application/json", .contentType: "application/x-www-form-urlencoded",
        ]
        let secret =
            switch provider.credential {
            case .secret(let secret): secret
            case .apple(let key): try key.clientSecret(now: Date())
            }
        if metadata.authenticatesInBody || provider.kind == .apple {
            form.append("client_id", provider.clientID)
            form.append("client_secret", secret)
        } else {
            let pair = "\(FormParameters.encoded(provider.clientID)):\(FormParameters.encoded(secret))"
            headers[.authorization] = "Basic \(Data(pair.utf8).base64EncodedString())"
        }
        let body = Array(form.text.utf8)
        return try sending { client throws(HTTPClientError) in try client.post(url, headers: headers, body: body) }
    }

    /// Sends a request within what is left of the time. An answer that says that the server is out of order counts as
    /// none.
    private func sending(
        _ send: (HTTPClient) throws(HTTPClientError) -> HTTPClient.Answer
    ) throws -> HTTPClient.Answer {
        let timeout = min(Self.timeout, deadline - .now)
        guard timeout > .zero else { throw ProviderFailure.unavailable }
        let client = outbound.client(.providers, timeout: timeout, largestBody: Self.largestAnswer)
        let answer: HTTPClient.Answer
        do {
            answer = try send(client)
        } catch {
            log.warning(
                "a provider cannot be reached", metadata: ["provider": "\(provider.id)", "reason": "\(error)"])
            throw ProviderFailure.unavailable
        }
        guard answer.status < 500, answer.status != 429 else {
            log.warning(
                "a provider is out of order",
                metadata: ["provider": "\(provider.id)", "status": "\(answer.status)"])
            throw ProviderFailure.unavailable
        }
        return answer
    }
}
