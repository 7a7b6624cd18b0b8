/// The service that sends the mails, with the operator's name for it. Many mails contain no link that would show it.
public struct MailService: Sendable {
    let name: String
    let publicURL: String

    /// Takes values from the settings, which only the operator can write.
    /// - Parameters:
    ///   - name: the sender's name.
    ///   - publicURL: the URL of the service.
    public init(name: String, publicURL: String) {
        self.name = name.onOneLine
        self.publicURL = publicURL
    }

    /// The last line of each mail.
    func signature(in language: MailLanguage) -> String { "\(language.signature.text) \(name): \(publicURL)" }
}
