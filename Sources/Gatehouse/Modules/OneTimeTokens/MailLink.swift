import Database
import FoundationEssentials
import Web

/// A link that was mailed to a user.
struct MailLink: RowDecodable, ResponseObject {
    /// The internal id; it is never shown.
    let id: UInt64
    let purpose: OneTimeTokenRepository.Purpose
    let newEmail: String?
    let createdAt: Date
    let expiresAt: Date
    let usedAt: Date?

    func write(to output: inout Output) {
        output.field("purpose", purpose)
        output.field("newEmail", newEmail, format: "idn-email")
        output.field("createdAt", createdAt)
        output.field("expiresAt", expiresAt)
        output.field("usedAt", usedAt)
    }

    static let example = MailLink(
        id: 0, purpose: .example, newEmail: nil, createdAt: .example, expiresAt: .example.addingTimeInterval(86_400),
        usedAt: nil)
}

extension MailLink {
    init(row: Row) throws(DatabaseError) {
        id = try row.decode("id")
        purpose = try row.decode("purpose")
        newEmail = try row.decode("new_email")
        createdAt = try row.decode("created_at")
        expiresAt = try row.decode("expires_at")
        usedAt = try row.decode("consumed_at")
    }
}
