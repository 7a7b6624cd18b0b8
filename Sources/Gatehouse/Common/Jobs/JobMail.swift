public import FoundationEssentials
import Web

extension JobContext {
    /// Sends a mail; this is the only way to send one. `Message-ID` is made from the job's id and is the same on each
    /// attempt, so a mail that was sent twice can be recognised.
    /// - Throws: `JobFailure.permanent` if the server refuses it for good; other errors are worth another attempt.
    public func send(_ template: MailTemplate, to recipient: MailRecipient) throws {
        let message = MailMessage(
            recipient: recipient.address, recipientName: recipient.name?.text ?? "",
            content: template.content(
                greeting: recipient.name, from: MailService(name: mailer.senderName, publicURL: publicURL)),
            messageID: "\(id.text)@\(mailer.senderDomain)", date: Date())
        do {
            try mailer.send(message)
        } catch {
            if error.isPermanent { throw JobFailure.permanent(error.description) }
            throw error
        }
    }

    /// A link to a page of a module on the public origin.
    /// - Parameters:
    ///   - path: where the page is, with a slash first, such as `/notes`.
    ///   - id: the last part of the path, behind another slash.
    public func link(to path: StaticString, _ id: UUID? = nil) -> PageLink { PageLink(path, id, at: publicURL) }

    /// A link to a page that sends a token when its button is pressed.
    func link(to path: StaticString, with token: OpaqueToken) -> PageLink {
        PageLink(path, at: publicURL, with: token)
    }
}
