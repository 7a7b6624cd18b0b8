import Database
import FoundationEssentials
import Logging
import Web

/// The answer of a provider. Providers add parameters of their own, which are ignored.
struct CallbackQuery: RequestInput {
    let provider: String
    let answer: ProviderAnswer

    init(from input: inout Input) {
        input.ignoreOthers()
        provider = input.path("provider", .provider)
        answer = ProviderAnswer(
            state: input.query("state", .answered.described("The state with which the visit began.")),
            code: input.query("code", .answered.described("The provider's code."), faulty: ""),
            error: input.query("error", .answered.described("The provider's error, instead of a code."), faulty: ""),
            issuer: input.query("iss", .answered.described("Who answers (RFC 9207)."), faulty: ""))
    }
}

/// The same as a form that a page of the provider posts.
struct CallbackForm: RequestInput {
    let provider: String
    let answer: ProviderAnswer
    /// What Apple tells of the user, once and unsigned.
    let user: String?

    init(from input: inout Input) {
        input.ignoreOthers()
        provider = input.path("provider", .provider)
        answer = ProviderAnswer(
            state: input.form("state", .answered), code: input.form("code", .answered, faulty: ""),
            error: input.form("error", .answered, faulty: ""), issuer: input.form("iss", .answered, faulty: ""))
        user = input.form("user", .answered, faulty: "")
    }

    static let exampleBody: JSON? = ["state": "gho_…", "code": "c"]
}

extension Field where Value == String {
    /// A parameter of a provider's answer.
    fileprivate static let answered = Field.text(0...4096)
}

/// What a browser brings back from a provider (RFC 6749, section 4.1.2; RFC 9207). An empty text stands for a faulty
/// one, which is refused like an empty one.
struct ProviderAnswer {
    let state: String?
    let code: String?
    let error: String?
    let issuer: String?
}

/// Takes browsers back from providers.
struct Callback {
    let providers: Providers
    let signIn: ProviderSignIn

    /// Sends a browser on to the same place on our own origin. A form of another site comes without the cookie that
    /// binds the state to the browser.
    func post(_ input: CallbackForm, _ call: Call) throws -> Answer<NoContent> {
        let state = input.answer.state.flatMap { OpaqueToken(.oauthState, $0) }
        if let provider = providers[input.provider], provider.answersByForm, let state,
            let name = input.user.flatMap(Self.name)
        {
            try OAuthAttemptRepository.setName(name, of: state, at: provider.id, in: call.db)
        }
        let page = "\(providers.publicURL)\(Route.base)/auth/oauth/\(input.provider)/callback"
        var url = Self.page(page, state, code: input.answer.code, error: input.answer.error, input.answer.issuer)
        if url.utf8.count > Self.longestURL { url = Self.page(page, state, code: "") }
        return Answer(NoContent(), headers: [.location: url])
    }

    /// The longest URL to which a form sends the browser, in bytes: the next request must fit a buffer of nginx
    /// (`large_client_header_buffers`), and this answer another (`fastcgi_buffer_size`).
    private static let longestURL = 8000

    private static func page(
        _ url: String, _ state: OpaqueToken?, code: String?, error: String? = nil, _ issuer: String? = nil
    ) -> String {
        var parameters: FormParameters = [:]
        parameters.append("state", state?.text)
        parameters.append("code", code)
        parameters.append("error", error)
        parameters.append("iss", issuer)
        return parameters.added(to: url)
    }

    /// The name in Apple's description of a user.
    private static func name(_ user: String) -> String? {
        guard let json = try? JSON(parsing: Array(user.utf8)), let name = json["name"] else { return nil }
        let text = [name["firstName"]?.string, name["lastName"]?.string].compactMap(\.self).joined(separator: " ")
        guard Field<String>.name.rejection(of: .string(text)) == nil else { return nil }
        return try? text.nfc
    }

    func get(_ input: CallbackQuery, _ call: Call) throws -> Answer<NoContent> {
        guard let provider = providers[input.provider] else {
            return try SignInRefusal(.providerUnavailable).answer(signInPage, input.provider, call)
        }
        // A check of the link must not use it up.
        guard call.request.method != .head else { return try refuse(because: "check", provider, call) }
        guard let state = input.answer.state.flatMap({ OpaqueToken(.oauthState, $0) }) else {
            return try refuse(because: "no_state", provider, call)
        }
        guard let browser = try OAuthBrowser.of(call.request.headers) else {
            return try refuse(because: "no_cookie", provider, call)
        }
        guard
            let attempt = try OAuthAttemptRepository.consume(state, of: browser, at: provider.id, in: call.db)
        else {
            let failure = try OAuthAttemptRepository.failure(of: state, of: browser, at: provider.id, in: call.db)
            return try refuse(because: failure.reason, to: failure.redirectTo, provider, call)
        }
        do {
            let profile = try prove(input.answer, attempt, provider, call)
            let code = try signIn.complete(attempt, provider, profile, call)
            let parameters: FormParameters = ["code": code.text]
            return Answer(NoContent(), headers: [.location: parameters.added(to: attempt.redirectTo)])
        } catch let failure as ProviderFailure {
            return try SignInRefusal(failure).answer(attempt.redirectTo, provider.id, call)
        } catch let refusal as SignInRefusal {
            return try refusal.answer(attempt.redirectTo, provider.id, call)
        } catch let error as APIError {
            return try SignInRefusal(error).answer(attempt.redirectTo, provider.id, call)
        }
    }

    /// Refuses an attempt that cannot be finished. Without a known browser and state, nothing says where to go but our
    /// own page.
    private func refuse(
        because reason: String, to redirectTo: String? = nil, _ provider: Provider, _ call: Call
    ) throws -> Answer<NoContent> {
        try SignInRefusal(.expired, reason: reason).answer(redirectTo ?? signInPage, provider.id, call)
    }

    private var signInPage: String { "\(providers.publicURL)/sign-in" }

    /// Checks that an answer is the provider's, and exchanges its code.
    private func prove(
        _ answer: ProviderAnswer, _ attempt: OAuthAttempt, _ provider: Provider, _ call: Call
    ) throws -> ProviderProfile {
        let client = providers.client(of: provider, call)
        let metadata = try client.metadata()
        // Before anything else of the answer counts (RFC 9207, section 2.4).
        if let issuer = answer.issuer {
            guard provider.accepts(answeringIssuer: issuer, metadata) else {
                throw ProviderFailure.refused(.issuer)
            }
        } else if metadata.promisesIssuer {
            throw ProviderFailure.refused(.issuer)
        }
        if let error = answer.error { throw Self.refusal(of: error) }
        guard let code = answer.code, !code.isEmpty else { throw ProviderFailure.refused(.answer) }
        return try client.profile(
            by: code, from: providers.redirectURI(of: provider), attempt,
            answeredBy: answer.issuer.flatMap { provider.isTenantIssuer($0) ? $0 : nil })
    }

    /// What an error of the provider means (RFC 6749, section 4.1.2.1; Apple's `user_cancelled_authorize`).
    private static func refusal(of error: String) -> any Error {
        switch error {
        case "access_denied", "user_cancelled_authorize": SignInRefusal(.cancelled)
        case "temporarily_unavailable", "server_error": ProviderFailure.unavailable(because: "it says so")
        default: ProviderFailure.refused(.error)
        }
    }
}
