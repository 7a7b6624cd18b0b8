import FoundationEssentials

extension MailContent {
    /// Tells that a sign-in was ended because one of its old refresh tokens came back (RFC 9700, section
    /// 4.14.2).
    /// - Parameters:
    ///   - name: the account's name.
    ///   - device: what signed in, as it is shown in the list of sessions.
    ///   - time: when the token came back.
    static func sessionRevokedAfterReuse(name: String, device: String, when time: Date) -> MailContent {
        MailContent(
            subject: "You were signed out on one device", greeting: name,
            [
                .paragraph("We ended one of your sign-ins as a precaution. You need to sign in again there."),
                .paragraph("Device: \(shortened(device))"),
                .paragraph("Time: \(time.utc("%Y-%m-%d %H:%M")) UTC"),
                .paragraph(
                    "A key of that sign-in was used a second time, after it had been replaced. This can be a "
                        + "fault of the program on the device, or somebody has copied the key."),
                .paragraph(
                    "If you do not know the device, change your password and look through your sign-ins."),
            ])
    }
}
