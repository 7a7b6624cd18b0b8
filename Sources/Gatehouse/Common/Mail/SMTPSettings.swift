/// The settings for sending mail: the submission server (RFC 6409) and the sender.
package struct SMTPSettings: Sendable {
    /// How the connection to the server is protected.
    package enum Security: String, Sendable, CaseIterable {
        /// Not at all: for a server on the same machine.
        case none
        /// STARTTLS (RFC 3207), required: without it nothing is sent, not even the user name.
        case startTLS = "starttls"
        /// TLS from the first octet (RFC 8314, section 3.3).
        case tls
    }

    /// The server's name or address.
    package var host: String

    /// The server's TCP port; by custom 587 for STARTTLS, 465 for TLS.
    package var port: UInt16

    /// How the connection is protected.
    package var security: Security

    /// The user name (RFC 4954); `nil` to send without signing in.
    package var username: String?

    /// The password that belongs to `username`.
    package var password: String?

    /// A PEM file of the authorities to trust instead of the system's.
    package var caFile: String?

    /// The name shown as the sender, in any script.
    package var senderName: String

    /// The sender's address, which also receives bounces.
    package var sender: EmailAddress

    /// Makes settings from their parts.
    package init(
        host: String, port: UInt16, security: Security, username: String? = nil, password: String? = nil,
        caFile: String? = nil, senderName: String, sender: EmailAddress
    ) {
        self.host = host
        self.port = port
        self.security = security
        self.username = username
        self.password = password
        self.caFile = caFile
        self.senderName = senderName
        self.sender = sender
    }
}

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
