import CCurl
import Glibc

/// Submits mail to one SMTP server.
struct Mailer: Sendable {
    private let settings: SMTPSettings
    private let counts: MailCounts?

    /// Seconds to wait for a connection.
    private static let connectTimeout = 5

    /// Seconds for the whole of one submission.
    private static let timeout = 30

    /// Replies about the sign-in, not about this message (RFC 4954, section 6): faults of the settings.
    private static let signInReplies: Set = [530, 534, 535, 538]

    /// - Parameter counts: the counters; `nil` for none.
    init(_ settings: SMTPSettings, counts: MailCounts? = nil) {
        self.settings = settings
        self.counts = counts
    }

    /// The domain of the sender's address, in ASCII.
    var senderDomain: Substring { settings.sender.mailbox.split(separator: "@").last ?? "localhost" }

    /// The sender's name.
    var senderName: String { settings.senderName }

    /// Sends one mail over a new connection and blocks until the server has accepted or refused it.
    ///
    /// A local part beyond ASCII needs a server with SMTPUTF8 (RFC 6531); others refuse the recipient.
    func send(_ message: MailMessage) throws(MailError) {
        do throws(MailError) {
            try submit(message)
            counts?.record(.sent)
        } catch {
            counts?.record(error.isPermanent ? .refused : .delayed)
            throw error
        }
    }

    private func submit(_ message: MailMessage) throws(MailError) {
        var bytes = try MIMEMessage(message, from: settings.sender, named: settings.senderName).bytes
        guard var handle = CurlHandle(), let recipients = curl_slist_append(nil, message.recipient.mailbox)
        else {
            throw .delayed(CURLE_OUT_OF_MEMORY, smtpCode: 0)
        }
        defer { curl_slist_free_all(recipients) }
        setConnection(of: &handle)
        handle.set(CURLOPT_MAIL_FROM, to: settings.sender.mailbox)
        handle.set(CURLOPT_MAIL_RCPT, to: recipients)

        let (result, smtpCode) = bytes.withUnsafeMutableBytes { buffer in
            // libcurl reads a FILE with fread(3) by default, so no callback is needed.
            guard let source = fmemopen(buffer.baseAddress, buffer.count, "r") else {
                return (CURLE_OUT_OF_MEMORY, 0)
            }
            defer { fclose(source) }
            handle.set(CURLOPT_UPLOAD, to: 1)
            handle.set(CURLOPT_READDATA, to: source)
            handle.set(CURLOPT_INFILESIZE, to: buffer.count)
            return (handle.perform(), handle.responseCode)
        }
        guard result != CURLE_OK else { return }
        let isAboutSignIn = result == CURLE_LOGIN_DENIED || Self.signInReplies.contains(smtpCode)
        if (500...599).contains(smtpCode), !isAboutSignIn { throw .refused(smtpCode: smtpCode) }
        throw .delayed(result, smtpCode: smtpCode)
    }

    func setConnection(of handle: inout CurlHandle) {
        let scheme = settings.security == .tls ? "smtps" : "smtp"
        handle.set(CURLOPT_URL, to: "\(scheme)://\(HostAndPort.bracketed(settings.host)):\(settings.port)")
        handle.set(CURLOPT_PROTOCOLS_STR, to: scheme)
        if settings.security == .startTLS { handle.set(CURLOPT_USE_SSL, to: Int(CURLUSESSL_ALL.rawValue)) }
        if let caFile = settings.caFile { handle.set(CURLOPT_CAINFO, to: caFile) }
        if let username = settings.username { handle.set(CURLOPT_USERNAME, to: username) }
        if let password = settings.password { handle.set(CURLOPT_PASSWORD, to: password) }
        handle.set(CURLOPT_CONNECTTIMEOUT, to: Self.connectTimeout)
        handle.set(CURLOPT_TIMEOUT, to: Self.timeout)
    }
}

extension MailError {
    static func delayed(_ code: CURLcode, smtpCode: Int) -> MailError {
        .delayed(
            curlCode: code.rawValue, reason: String(cString: curl_easy_strerror(code)), smtpCode: smtpCode)
    }
}
