import CCurl

extension Mailer {
    /// Connects, negotiates TLS and signs in as for a mail, then sends NOOP (RFC 5321, section 4.1.1.9) and
    /// disconnects, without sending a mail.
    func probe() throws(MailError) {
        guard var handle = CurlHandle() else { throw .delayed(CURLE_OUT_OF_MEMORY, smtpCode: 0) }
        setConnection(of: &handle)
        handle.set(CURLOPT_CUSTOMREQUEST, to: "NOOP")
        // Otherwise the reply to the command would be written to standard output.
        handle.set(CURLOPT_NOBODY, to: 1)
        let result = handle.perform()
        guard result == CURLE_OK else { throw .delayed(result, smtpCode: handle.responseCode) }
    }
}
