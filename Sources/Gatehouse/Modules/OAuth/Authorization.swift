import Database
import FoundationEssentials
import Web

/// A request to begin a sign-in with a provider.
struct Authorize: RequestInput {
    /// What the provider asks the user, besides what it would ask anyway (OpenID Connect Core 1.0, section 3.1.2.1).
    enum Prompt: String, CaseIterable, Sendable {
        /// To prove anew who they are.
        case login
        /// To choose an account.
        case selectAccount = "select_account"
    }

    /// What the visit is for, if not for signing in.
    enum Purpose: String, CaseIterable, Sendable {
        case link
    }

    let provider: String
    let redirectTo: String
    let codeChallenge: String
    let purpose: Purpose?
    let prompt: Prompt?
    let loginHint: String?

    init(from input: inout Input) {
        provider = input.path("provider", .provider)
        redirectTo =
            input.requiredQuery(
                "redirectTo",
                .text(1...RedirectURL.longest).described(
                    """
                    Where the browser goes afterwards: a URL of the setting `GATEHOUSE_REDIRECT_URLS`, or a page of \
                    the public URL.
                    """))
        codeChallenge = input.requiredQuery(
            "codeChallenge",
            .codeChallenge.described("The S256 challenge of a verifier that the app keeps (RFC 7636)."))
        purpose = input.query(
            "purpose",
            Field<Purpose>.oneOf(Purpose.self, standIn: .link).described(
                "`link` for a code that links the account at the provider to that of a signed-in user."))
        prompt = input.query(
            "prompt",
            Field<Prompt>.oneOf(Prompt.self, standIn: .login).described(
                "What the provider asks the user: to sign in anew, or to choose an account."))
        loginHint = input.query("loginHint", .text(1...254).described("The address that the user is likely to use."))
    }
}

extension Field where Value == String {
    /// The id of a provider.
    static let provider = Field(
        schema: [
            "type": "string", "minLength": 1, "maxLength": 32, "pattern": "^[a-z][a-z0-9-]{0,31}$",
            "description": "The id of a provider, as in `GET /auth/oauth/providers`.",
        ], standIn: ""
    ) { json in
        guard let text = json.string else { return .failure(.type("a string", found: json)) }
        guard text.utf8.count <= 32, SettingKind<[String]>.providerNames.parse(text)?.count == 1 else {
            return .failure(Rejection("format", "Must be the id of a provider."))
        }
        return .success(text)
    }
}

/// Sends browsers to providers.
struct Authorization {
    let providers: Providers

    func authorize(_ input: Authorize, _ call: Call) throws -> Answer<NoContent> {
        let provider = try providers[input.provider].orNotFound()
        guard providers.redirectURLs.admit(input.redirectTo) else {
            throw APIError(
                .validation,
                details: [Fault("redirectTo", "choice", "Must be a redirect URL of this installation.")])
        }
        let metadata: ProviderMetadata
        do {
            metadata = try providers.client(of: provider, call).metadata()
        } catch let failure as ProviderFailure {
            return try SignInRefusal(failure).answer(input.redirectTo, provider.id, call)
        }
        let attempt = OAuthAttempt.New(
            provider: provider.id, purpose: input.purpose == .link ? .link : .signIn, redirectTo: input.redirectTo,
            codeChallenge: input.codeChallenge, isFresh: input.prompt == .login)
        let browser = try OAuthBrowser.of(call.request.headers) ?? OpaqueToken(.oauthBrowser)
        try call.db.transaction { db in try OAuthAttemptRepository.insert(attempt, of: browser, in: db) }
        var headers: HTTPFields = [.location: url(attempt, input, provider, metadata)]
        headers.append(OAuthBrowser.cookie.set(browser.text))
        return Answer(NoContent(), headers: headers)
    }

    private func url(
        _ attempt: OAuthAttempt.New, _ input: Authorize, _ provider: Provider, _ metadata: ProviderMetadata
    ) -> String {
        var parameters: FormParameters = [
            "response_type": "code", "client_id": provider.clientID,
            "redirect_uri": providers.redirectURI(of: provider),
            "scope": provider.scopes, "state": attempt.state.text,
            "code_challenge": OAuthCode.challenge(of: attempt.codeVerifier), "code_challenge_method": "S256",
        ]
        if provider.kind != .github { parameters.append("nonce", attempt.nonce) }
        if provider.answersByForm { parameters.append("response_mode", "form_post") }
        if attempt.isFresh, provider.tellsAuthenticationTime { parameters.append("max_age", "0") }
        parameters.append("prompt", prompt(input.prompt, provider))
        parameters.append("login_hint", input.loginHint)
        return parameters.added(to: metadata.authorizationEndpoint)
    }

    /// Google knows no `login`, GitHub only `select_account`, Apple neither.
    private func prompt(_ prompt: Authorize.Prompt?, _ provider: Provider) -> String? {
        switch (provider.kind, prompt) {
        case (.apple, _), (.google, .login), (.github, .login): nil
        default: prompt?.rawValue
        }
    }
}
