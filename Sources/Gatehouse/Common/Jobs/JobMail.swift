import FoundationEssentials

extension JobContext {
    /// Sends a mail. `Message-ID` is made from the job's id, the same on each attempt, so that a mail sent twice can be told.
    /// - Throws: `JobFailure.permanent` where the server refuses it for good; else what is worth another attempt.
    func send(_ content: MailContent, to address: EmailAddress, named name: String) throws {
        let message = MailMessage(
            recipient: address, recipientName: name, content: content,
            messageID: "\(id.uuidString.lowercased())@\(mailer.senderDomain)", date: Date())
        do {
            try mailer.send(message)
        } catch {
            if error.isPermanent { throw JobFailure.permanent(error.description) }
            throw error
        }
    }
}
