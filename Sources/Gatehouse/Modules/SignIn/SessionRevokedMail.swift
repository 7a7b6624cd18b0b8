import FoundationEssentials

extension MailTemplate {
    /// Tells the user that a session was ended because one of its old refresh tokens was used again (RFC 9700, section
    /// 4.14.2).
    /// - Parameters:
    ///   - device: the device that signed in, never the one that used the old token, since that may be a thief's; `nil`
    ///     if unknown.
    ///   - start: the time of the sign-in; `nil` if the session is no longer stored.
    ///   - time: the time at which the token was used again.
    ///   - resetPage: the page for resetting the password.
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
