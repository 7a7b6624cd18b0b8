/// Why a provider's part of a sign-in failed. It consists of our words: texts of providers never reach logs or users.
enum ProviderFailure: Error, Equatable {
    /// It cannot be reached, or answers with a server error.
    case unavailable(because: String)
    /// It answered something that is not acceptable.
    case refused(Reason)

    /// What was not acceptable.
    enum Reason: String {
        /// The discovery document lacks something.
        case metadata
        /// An issuer is another one than that of the settings, or missing where the provider promises it.
        case issuer
        /// An answer is no JSON object, or lacks a member.
        case answer
        /// The code was not exchanged.
        case code
        /// The provider answered an error instead of a code.
        case error
        /// The `id_token` is missing or has no acceptable form.
        case token
        /// No key of the provider verifies the signature, or it was made with another algorithm.
        case signature
        /// The token is for another client.
        case audience
        /// The token was issued to another party.
        case authorizedParty = "authorized_party"
        /// The token has expired.
        case expired
        /// The token is not valid yet.
        case notYetValid = "not_yet_valid"
        /// The token belongs to another attempt.
        case nonce
        /// The sign-in at the provider is older than what was asked for.
        case authenticationTime = "authentication_time"
        /// The id of the user is missing or too long.
        case subject
    }
}
