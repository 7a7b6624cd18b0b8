import Database
import FoundationEssentials
import Web

/// Why a visit to a provider ended without a code for the app, or with one that signs nobody in. The browser goes back
/// to the app with a code of ours in `error`.
struct SignInRefusal: Error {
    /// The codes for apps.
    enum Code: String, CaseIterable {
        /// The attempt is unknown, over, of another browser or of another provider.
        case expired = "SIGN_IN_EXPIRED"
        /// The user did not want to.
        case cancelled = "SIGN_IN_CANCELLED"
        /// The provider cannot be reached, or is switched off.
        case providerUnavailable = "PROVIDER_UNAVAILABLE"
        /// The provider's answer is not acceptable.
        case providerRefused = "PROVIDER_REFUSED"
        /// Somebody owns the address already; `code` links the identity, for that user only.
        case accountExists = "ACCOUNT_EXISTS"
        /// The account is suspended.
        case accountSuspended = "ACCOUNT_SUSPENDED"
        /// The account is deleted and will be erased.
        case accountDeleted = "ACCOUNT_DELETED"
        /// The address of the account must be verified by mail first.
        case emailNotVerified = "EMAIL_NOT_VERIFIED"
        /// The provider tells no address.
        case emailRequired = "EMAIL_REQUIRED"
        /// An address that the provider has not verified has an account.
        case emailTaken = "EMAIL_TAKEN"
    }

    /// The value of `error`: one of `Code`, or the code with which a hook refuses.
    let code: String
    /// For the audit, in words of ours.
    var reason: String?
    /// The user, if the refusal is about one.
    var user: UUID?
    /// For an app whose user can link the identity.
    var claim: OpaqueToken?
    /// Cookies for the browser.
    var cookies: [HTTPField] = []

    init(_ code: Code, reason: String? = nil, user: UUID? = nil, claim: OpaqueToken? = nil) {
        self.code = code.rawValue
        self.reason = reason
        self.user = user
        self.claim = claim
    }

    init(_ failure: ProviderFailure) {
        switch failure {
        case .unavailable: self.init(.providerUnavailable)
        case .refused(let reason): self.init(.providerRefused, reason: reason.rawValue)
        }
    }

    /// The refusal of a hook.
    init(_ error: APIError) {
        code = error.code.name
    }

    /// Records it, and sends the browser back.
    func answer(_ redirectTo: String, _ provider: String, _ call: Call) throws -> Answer<NoContent> {
        var details = [JSON.Member("provider", .string(provider)), JSON.Member("error", .string(code))]
        if let reason { details.append(JSON.Member("reason", .string(reason))) }
        try Audit.record(
            .oauthRefused, by: .nobody(from: call.origin), target: user, details: details, in: call.db)
        var parameters: FormParameters = ["error": code]
        parameters.append("code", claim?.text)
        var headers: HTTPFields = [.location: parameters.added(to: redirectTo)]
        for cookie in cookies { headers.append(cookie) }
        return Answer(NoContent(), headers: headers)
    }
}

extension AuditAction {
    static let oauthRefused = AuditAction(rawValue: "oauth.refused")
}
