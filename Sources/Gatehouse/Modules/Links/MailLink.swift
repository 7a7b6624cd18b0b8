import Database
import FoundationEssentials
import Web

/// A link that was mailed to a user.
struct MailLink: Record {
    /// The stored name of a purpose.
    struct Purpose: RawRepresentable, ColumnDecodable, ResponseValue {
        let rawValue: String

        static let example = Purpose(rawValue: LinkPurpose.verifyEmail.name)

        static func schema(in components: inout Components) -> JSON {
            ["type": "string", "enum": .array(Links.purposes.map { .string($0.name) })]
        }

        func render(to output: inout Output) { output.value(rawValue) }
    }

    /// The internal id; it is never shown.
    let id: UInt64
    let purpose: Purpose
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
