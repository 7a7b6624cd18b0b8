/// Which service mails come from, as its operator has named it. Many mails hold no link that would show it.
public struct MailService: Sendable {
    let name: String
    let publicURL: String

    /// Takes settings, into which nobody but the operator writes.
    /// - Parameters:
    ///   - name: the name that mail comes from.
    ///   - publicURL: where the service is.
    public init(name: String, publicURL: String) {
        self.name = name.onOneLine
        self.publicURL = publicURL
    }

    /// The last line of each mail.
    func signature(in language: MailLanguage) -> String { "\(language.signature.text) \(name): \(publicURL)" }
}
