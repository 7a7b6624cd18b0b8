import Database
import FoundationEssentials
import Web

/// A user's account at a provider, by which the user signs in.
struct Identity: Record {
    /// The internal id; it is never shown.
    let id: UInt64
    /// The internal id of the user; it is never shown.
    let userID: UInt64
    let provider: String
    let subject: String
    /// A token of the provider that must be revoked with the identity, sealed by the module OAuth; it is never shown.
    let refreshTokenSealed: [UInt8]?
    let lastUsedAt: Date?
    let createdAt: Date

    static let columns = Columns(
        Identity.init,
        Column("id", \.id),
        Column("user_id", \.userID),
        Column("provider", \.provider, as: "provider", "The id of the provider in the settings."),
        Column("subject", \.subject, as: "subject", "The id of the account at the provider."),
        Column("refresh_token_sealed", \.refreshTokenSealed),
        Column("last_used_at", \.lastUsedAt, as: "lastUsedAt", "The last sign-in with it."),
        Column("created_at", \.createdAt, as: "createdAt"))

    static let example = Identity(
        id: 0, userID: 0, provider: "google", subject: "110169484474386276334", refreshTokenSealed: nil,
        lastUsedAt: .example, createdAt: .example)
}
