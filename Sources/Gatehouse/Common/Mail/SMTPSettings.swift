/// How mail leaves: the server it is submitted to (RFC 6409) and the sender it carries.
public struct SMTPSettings: Sendable {
    /// How the connection to the server is protected.
    public enum Security: String, Sendable, CaseIterable {
        /// Not at all: for a server on the same machine.
        case none
        /// STARTTLS (RFC 3207), required: without it nothing is sent, not even the user name.
        case startTLS = "starttls"
        /// TLS from the first octet (RFC 8314, section 3.3).
        case tls
    }

    /// The server's name or address.
    public var host: String

    /// The server's TCP port; by custom 587 for STARTTLS, 465 for TLS.
    public var port: UInt16

    /// How the connection is protected.
    public var security: Security

    /// The name to sign in with (RFC 4954); `nil` to send without signing in.
    public var username: String?

    /// The password that belongs to `username`.
    public var password: String?

    /// A PEM file of the authorities to trust in place of the system's.
    public var caFile: String?

    /// The name shown as the sender, in any script.
    public var senderName: String

    /// The sender's address, also the one that bounces go to.
    public var sender: EmailAddress

    /// Makes settings from their parts.
    public init(
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
