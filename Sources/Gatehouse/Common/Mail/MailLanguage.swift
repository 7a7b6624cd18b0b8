/// A language of mails: the words of the frame that all mails share. A module that writes in a language other than
/// English makes its own value.
public struct MailLanguage: Sendable {
    /// The language tag for HTML (RFC 5646).
    let tag: String
    let greeting: @Sendable (PlainName?) -> MailText
    let buttonHint: MailText
    let signature: MailText

    /// Describes a language.
    /// - Parameters:
    ///   - tag: its tag (RFC 5646), such as `de`.
    ///   - buttonHint: the text between a button and its address, for readers for whom the button does not work.
    ///   - signature: the text before the name and address of the service in the last line.
    ///   - greeting: the first line; the name is `nil` if the mail must not contain it.
    public init(
        _ tag: StaticString, buttonHint: MailText, signature: MailText,
        greeting: @escaping @Sendable (PlainName?) -> MailText
    ) {
        self.tag = tag.description
        self.buttonHint = buttonHint
        self.signature = signature
        self.greeting = greeting
    }

    /// English, in which all mails of Gatehouse are written.
    public static let english = MailLanguage(
        "en", buttonHint: "If the button does not work, copy this address into your browser:",
        signature: "This mail comes from"
    ) { name in
        if let name { "Hello \(name)," } else { "Hello," }
    }
}
