import Database
import FoundationEssentials
import Web

/// A link that was mailed to a user.
struct MailLink: Record {
    /// The internal id; it is never shown.
    let id: UInt64
    let purpose: OneTimeTokenRepository.Purpose
    let newEmail: String?
    let createdAt: Date
    let expiresAt: Date
    let usedAt: Date?

    static let columns = Columns(
        MailLink.init,
        Column("id", \.id),
        Column("purpose", \.purpose, as: "purpose"),
        Column("new_email", \.newEmail, as: "newEmail", format: "idn-email"),
        Column("created_at", \.createdAt, as: "createdAt"),
        Column("expires_at", \.expiresAt, as: "expiresAt"),
        Column("consumed_at", \.usedAt, as: "usedAt"))

    static let example = MailLink(
        id: 0, purpose: .example, newEmail: nil, createdAt: .example, expiresAt: .example.addingTimeInterval(86_400),
        usedAt: nil)
}
