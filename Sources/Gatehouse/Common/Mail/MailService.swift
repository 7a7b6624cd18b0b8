/// Which service mails come from, as its operator has named it. Many mails hold no link that would show it.
struct MailService: Sendable {
    /// The last words of each mail.
    let signature: String

    /// Takes settings, into which nobody but the operator writes.
    /// - Parameters:
    ///   - name: the name that mail comes from.
    ///   - publicURL: where the service is.
    init(name: String, publicURL: String) {
        signature = "This mail comes from \(name.onOneLine): \(publicURL)"
    }
}
