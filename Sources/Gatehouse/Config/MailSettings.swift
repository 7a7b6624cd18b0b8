extension SMTPSettings {
    /// Reads the mail server and the sender.
    init(from reader: inout SettingReader) {
        let host = reader.required("GATEHOUSE_SMTP_HOST", .host, "The mail server to which mail is submitted.")
        let port = reader.read("GATEHOUSE_SMTP_PORT", .integer(1...65_535), default: "587", "Its port.")
        let security = reader.read(
            "GATEHOUSE_SMTP_SECURITY", .oneOf(Security.startTLS), default: "starttls",
            "`starttls`, `tls` from the first byte, or `none` for a server on the same machine.")
        let username = reader.optional(
            "GATEHOUSE_SMTP_USERNAME", .text, "The user name for that server, if it requires one.")
        let password = reader.optional("GATEHOUSE_SMTP_PASSWORD", .text, isSecret: true, "The password of that user.")
        let authority = reader.optional(
            "GATEHOUSE_SMTP_TLS_CA", .text, "A file of CA certificates to trust instead of the system's.")
        reader.imply("(the system's)")
        let sender = reader.required(
            "GATEHOUSE_MAIL_FROM", .emailAddress, "The sender's address.")
        let name = reader.read(
            "GATEHOUSE_MAIL_FROM_NAME", .text, default: "Gatehouse", "The sender's name.")
        self.init(
            host: host, port: UInt16(clamping: port), security: security, username: username, password: password,
            caFile: authority, senderName: name, sender: sender)
    }
}

extension SettingKind where Value == EmailAddress {
    /// An e-mail address.
    public static let emailAddress = SettingKind(
        expectation: "an e-mail address", standIn: .standIn, parse: { EmailAddress($0) })
}
