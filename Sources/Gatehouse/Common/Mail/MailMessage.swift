import FoundationEssentials

/// One mail to one person.
struct MailMessage: Sendable {
    /// Whom it goes to.
    let recipient: EmailAddress

    /// The recipient's name, in any script; empty for none.
    let recipientName: String

    /// What it says.
    let content: MailContent

    /// What stands between the angle brackets of `Message-ID` (RFC 5322, section 3.6.4): `left@right`. The
    /// same for every attempt at the same mail, so that a mail sent twice is recognised.
    let messageID: String

    /// When it was written.
    let date: Date
}

/// What a mail says, twice: as plain text and as HTML.
public struct MailContent: Sendable {
    /// The subject, in any script.
    public let subject: String

    /// The text, lines ended by LF.
    public let text: String

    /// The same as an HTML document, lines ended by LF.
    public let html: String
}
