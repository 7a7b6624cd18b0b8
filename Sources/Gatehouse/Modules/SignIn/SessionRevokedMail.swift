import FoundationEssentials

extension MailTemplate {
    /// Tells that a sign-in was ended because one of its old refresh tokens came back (RFC 9700, section
    /// 4.14.2).
    /// - Parameters:
    ///   - device: what signed in then, and never what brought the token back, since that may be a thief; `nil` where
    ///     it is not known.
    ///   - start: when that was; `nil` where the session is no longer known.
    ///   - time: when the token came back.
    ///   - resetPage: where the password is replaced.
    static func sessionRevokedAfterReuse(
        device: MailText?, since start: Date?, when time: Date, resetPage: PageLink
    ) -> MailTemplate {
        let facts: [MailText?] = [
            device.map { "Device: \($0)" }, start.map { "Signed in: \(time: $0)" }, "Signed out: \(time: time)",
        ]
        return MailTemplate(
            subject: "You were signed out on one device",
            [
                .paragraph("We ended one of your sign-ins as a precaution. Sign in again on that device."),
                .list(facts.compactMap(\.self)),
                .paragraph(
                    "The program on the device renews its sign-in with keys that work once. One of these keys was used "
                        + "again. Either the program made a mistake, or somebody has copied the key."),
                .paragraph(
                    "If you do not know the device, or are in doubt, set a new password. That signs everybody out."),
                .link(resetPage, label: "Set a new password"),
            ])
    }
}
