import CCurl

extension Mailer {
    /// Connects, negotiates TLS and signs in as for a mail, then says NOOP (RFC 5321, section 4.1.1.9) and leaves: no
    /// mail is sent.
    func probe() throws(MailError) {
        guard var handle = CurlHandle() else { throw .delayed(CURLE_OUT_OF_MEMORY, smtpCode: 0) }
        setConnection(of: &handle)
        handle.set(CURLOPT_CUSTOMREQUEST, to: "NOOP")
        // The reply to the command would else be written to standard output.
        handle.set(CURLOPT_NOBODY, to: 1)
        let result = handle.perform()
        guard result == CURLE_OK else { throw .delayed(result, smtpCode: handle.responseCode) }
    }
}
