/// A mail was not sent. No case contains an address, a password or a word of the mail.
enum MailError: Error, Equatable, CustomStringConvertible {
    /// The message cannot be written in the form of RFC 5322: a line over 998 octets, a control character in the body,
    /// or a message id with invalid characters.
    case unsendable

    /// The server refused this message or its recipient for good (RFC 5321, section 4.2.1: 5yz).
    case refused(smtpCode: Int)

    /// Any failure that may be temporary, including faults of the settings: no connection, no trusted certificate, a
    /// refused sign-in, a 4yz reply. `smtpCode` is the last reply, or 0 before the first.
    case delayed(curlCode: UInt32, reason: String, smtpCode: Int)

    /// Whether sending the same mail again is pointless.
    var isPermanent: Bool {
        switch self {
        case .unsendable, .refused: true
        case .delayed: false
        }
    }

    /// What happened, for the log.
    var description: String {
        switch self {
        case .unsendable: "the message cannot be written as Internet mail"
        case .refused(let smtpCode): "the mail server refused the message: \(smtpCode)"
        case .delayed(_, let reason, let smtpCode): "the mail was not sent: \(reason); last reply \(smtpCode)"
        }
    }
}
