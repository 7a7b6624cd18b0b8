import FoundationEssentials

/// One mail to one person.
struct MailMessage: Sendable {
    /// The recipient's address.
    let recipient: EmailAddress

    /// The recipient's name, in any script; empty for none.
    let recipientName: String

    /// The content.
    let content: MailContent

    /// The text between the angle brackets of `Message-ID` (RFC 5322, section 3.6.4): `left@right`. It is the same for
    /// every attempt at the same mail, so a mail that was sent twice can be recognised.
    let messageID: String

    /// When it was written.
    let date: Date
}

/// The content of a mail in two forms: plain text and HTML.
public struct MailContent: Sendable {
    /// The subject, in any script.
    public let subject: String

    /// The text, lines ended by LF.
    public let text: String

    /// The same as an HTML document, lines ended by LF.
    public let html: String
}
