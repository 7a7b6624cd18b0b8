import FoundationEssentials

/// A mail in its transport form (RFC 5322, with the parts of RFC 2046).
///
/// libcurl's MIME functions are not used: they offer no encoded words, and no transfer encoding that leaves links
/// intact. Quoted-printable writes `#token=` as `#token=3D` and Base64 hides it altogether, but people and scripts read
/// links in the raw message. So a part that is all ASCII is sent as `7bit`, any other (a name in the greeting) as
/// `8bit`. libcurl cannot declare `BODY=8BITMIME` (RFC 6152); the mail servers in use take eight bits undeclared.
struct MIMEMessage {
    /// The octets to send, each line ended by CRLF.
    let bytes: [UInt8]

    /// Builds the mail.
    /// - Throws: `MailError.unsendable`.
    init(_ message: MailMessage, from sender: EmailAddress, named senderName: String) throws(MailError) {
        guard Self.isMessageID(message.messageID) else { throw .unsendable }
        let boundary = "=_\(String(UInt64.random(in: .min ... .max), radix: 36))"
        let head = [
            "From: \(MailHeader.mailbox(sender, named: senderName))",
            "To: \(MailHeader.mailbox(message.recipient, named: message.recipientName))",
            "Subject: \(MailHeader.text(message.content.subject))",
            "Date: \(MailHeader.date(message.date))",
            "Message-ID: <\(message.messageID)>",
            "MIME-Version: 1.0",
            // Asks out-of-office programs not to answer (RFC 3834).
            "Auto-Submitted: auto-generated",
            "Content-Type: multipart/alternative; boundary=\"\(boundary)\"",
            "",
        ]
        // The last alternative is the preferred one (RFC 2046, section 5.1.4).
        let lines =
            try head
            + ["--\(boundary)"] + Self.part("text/plain", message.content.text)
            + ["--\(boundary)"] + Self.part("text/html", message.content.html)
            + ["--\(boundary)--", ""]
        bytes = Array(lines.joined(separator: "\r\n").utf8)
    }

    /// Octets in a line without its CRLF (RFC 5322, section 2.1.1).
    private static let longestLine = 998

    private static func part(_ type: String, _ body: String) throws(MailError) -> [String] {
        let lines = body.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map(
            String.init)
        for line in lines {
            let isClean = line.unicodeScalars.allSatisfy {
                $0 == "\t" || ($0.value >= 0x20 && $0.value != 0x7F)
            }
            guard isClean, line.utf8.count <= longestLine else { throw .unsendable }
        }
        let encoding = body.utf8.allSatisfy { $0 < 0x80 } ? "7bit" : "8bit"
        return ["Content-Type: \(type); charset=utf-8", "Content-Transfer-Encoding: \(encoding)", ""] + lines
    }

    /// Something on either side of an `@`, in characters that need no quoting (RFC 5322, section 3.6.4), and
    /// short enough for one line.
    private static func isMessageID(_ text: String) -> Bool {
        let sides = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        return sides.count == 2 && text.utf8.count <= 200
            && sides.allSatisfy { !$0.isEmpty && $0.allSatisfy(messageIDCharacters.contains) }
    }

    private static let messageIDCharacters = Set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-._=".utf8)
}
