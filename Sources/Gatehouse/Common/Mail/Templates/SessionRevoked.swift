import FoundationEssentials

extension MailTemplate {
    /// Tells that a sign-in was ended because one of its old refresh tokens came back (RFC 9700, section
    /// 4.14.2).
    /// - Parameters:
    ///   - device: what signed in then, and never what brought the token back, since that may be a thief; `nil` where it
    ///     is not known.
    ///   - start: when that was; `nil` where the session is no longer known.
    ///   - time: when the token came back.
    static func sessionRevokedAfterReuse(device: MailText?, since start: Date?, when time: Date) -> MailTemplate {
        var details: [Block] = [.paragraph("Time: \(time: time)")]
        if let start { details.insert(.paragraph("Signed in: \(time: start)"), at: 0) }
        if let device { details.insert(.paragraph("Device: \(device)"), at: 0) }
        let beginning = Block.paragraph(
            "We ended one of your sign-ins as a precaution. You need to sign in again there.")
        let end: [Block] = [
            .paragraph(
                "A key of that sign-in was used a second time, after it had been replaced. This can be a "
                    + "fault of the program on the device, or somebody has copied the key."),
            .paragraph("If you do not know the device, change your password and look through your sign-ins."),
        ]
        return MailTemplate(subject: "You were signed out on one device", [beginning] + details + end)
    }
}
