public import FoundationEssentials
import Web

extension JobContext {
    /// Sends a mail, the one way that mails leave. `Message-ID` is made from the job's id, the same on each attempt, so
    /// that a mail sent twice can be told.
    /// - Throws: `JobFailure.permanent` where the server refuses it for good; else what is worth another attempt.
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

    /// A link to one of our pages.
    func link(to page: PageLink.Page, with token: OpaqueToken? = nil) -> PageLink {
        PageLink(page, at: publicURL, with: token)
    }
}
