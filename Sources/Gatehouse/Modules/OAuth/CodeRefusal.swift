import Database
import FoundationEssentials
import Web

/// Why a code of a visit does nothing. The caller learns an error that reveals little; the audit has the reason.
struct CodeRefusal: Error {
    /// The reason for the audit.
    enum Reason: String {
        /// There is no such code.
        case unknown
        /// It was used, or the identity was unlinked meanwhile.
        case used
        /// It has expired.
        case late
        /// The verifier is another one.
        case verifier
        /// It is for something else.
        case purpose
        /// The provider is switched off.
        case providerUnavailable = "provider_unavailable"
        /// The identity is no longer linked to an account.
        case unlinked
        /// The identity is linked to an account already.
        case identityLinked = "identity_linked"
        /// Another account at the provider is linked to the user's.
        case otherIdentity = "other_identity"
        /// Only the owner of another address may link the identity.
        case otherOwner = "other_owner"
    }

    let reason: Reason
    /// The id of the provider, if there is such a code.
    let provider: String?
    /// The error for the caller.
    let error: APIError

    init(_ reason: Reason, _ provider: String? = nil, error: APIError = .unusableCode) {
        self.reason = reason
        self.provider = provider
        self.error = error
    }

    /// Records the refusal, after the transaction that it has ended.
    func record(by actor: AuditActor, _ call: Call) throws {
        var details: [JSON.Member] = []
        if let provider { details.append(JSON.Member("provider", .string(provider))) }
        details.append(JSON.Member("error", .string(error.code.name)))
        details.append(JSON.Member("reason", .string(reason.rawValue)))
        try Audit.record(.oauthRefused, by: actor, target: actor.publicID, details: details, in: call.db)
    }
}

extension CodeRefusal: RowDecodable {
    init(row: Row) throws(DatabaseError) {
        let reason: Reason =
            if try !row.decode("is_of_app", as: Bool.self) {
                .verifier
            } else {
                try row.decode("is_used") ? .used : .late
            }
        self.init(reason, try row.decode("provider"))
    }
}
