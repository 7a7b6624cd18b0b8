import CCurl
import Glibc
import Web

/// A client for HTTP servers.
///
/// Servers need certificates of authorities that the system trusts, with TLS 1.2 or later; `http` URLs are requested
/// without TLS. Redirects are not followed. No proxy is used, no content coding is offered, and no state is kept
/// between requests.
struct HTTPClient: Sendable {
    /// The time limit for connecting, including the look-up of the name.
    let connectTimeout: Duration

    /// The time limit for the whole request.
    let timeout: Duration

    /// The maximum length of a body in octets.
    let largestBody: Int

    /// A PEM file of the authorities to trust instead of the system's.
    var caFile: String?

    /// The answer of a server.
    struct Answer: Sendable {
        /// The status code, of whatever class.
        let status: Int
        let body: [UInt8]
    }

    /// Sends a GET to an absolute URL and blocks until the answer is complete.
    func get(_ url: String, headers: HTTPFields = [:]) throws(HTTPClientError) -> Answer {
        guard var handle = CurlHandle() else { throw .failed(CURLE_OUT_OF_MEMORY) }
        // Without a scheme libcurl would guess one.
        guard let scheme = ["https", "http"].first(where: { url.hasPrefix("\($0)://") }) else {
            throw .failed(CURLE_UNSUPPORTED_PROTOCOL)
        }
        handle.set(CURLOPT_URL, to: url)
        handle.set(CURLOPT_PROTOCOLS_STR, to: scheme)
        handle.set(CURLOPT_USERAGENT, to: "gatehouse")
        if let caFile { handle.set(CURLOPT_CAINFO, to: caFile) }
        setTimeouts(of: &handle)
        let list = try Self.list(of: headers)
        defer { curl_slist_free_all(list) }
        handle.set(CURLOPT_HTTPHEADER, to: list)
        let (result, body) = receive(with: &handle)
        guard result != CURLE_WRITE_ERROR, body.count <= largestBody else { throw .tooLarge }
        guard result == CURLE_OK else { throw .failed(result) }
        return Answer(status: handle.responseCode, body: body)
    }

    private func setTimeouts(of handle: inout CurlHandle) {
        handle.set(CURLOPT_CONNECTTIMEOUT_MS, to: Int(connectTimeout / .milliseconds(1)))
        handle.set(CURLOPT_TIMEOUT_MS, to: Int(timeout / .milliseconds(1)))
        // Otherwise libcurl waits for the end of a timed-out look-up, which may take many seconds. Its thread ends by
        // itself.
        handle.set(CURLOPT_QUICK_EXIT, to: 1)
    }

    private static func list(of headers: HTTPFields) throws(HTTPClientError) -> UnsafeMutablePointer<curl_slist>? {
        var list: UnsafeMutablePointer<curl_slist>?
        for field in headers {
            guard let longer = curl_slist_append(list, "\(field.name.text): \(field.value)") else {
                curl_slist_free_all(list)
                throw .failed(CURLE_OUT_OF_MEMORY)
            }
            list = longer
        }
        return list
    }

    /// Runs the transfer. libcurl writes the body with fwrite(3) by default, here into a stream over memory; a body
    /// that does not fit ends the transfer with `CURLE_WRITE_ERROR`.
    private func receive(with handle: inout CurlHandle) -> (CURLcode, [UInt8]) {
        var result = CURLE_OUT_OF_MEMORY
        // fmemopen(3) may append a null byte, which replaces the last octet of a full buffer.
        let body = [UInt8](unsafeUninitializedCapacity: largestBody + 1) { buffer, count in
            guard let sink = fmemopen(buffer.baseAddress, buffer.count, "w") else { return }
            defer { fclose(sink) }
            setvbuf(sink, nil, _IONBF, 0)
            handle.set(CURLOPT_WRITEDATA, to: sink)
            result = handle.perform()
            count = max(0, ftell(sink))
        }
        return (result, body)
    }
}

extension HTTPClientError {
    fileprivate static func failed(_ code: CURLcode) -> HTTPClientError {
        .failed(curlCode: code.rawValue, reason: String(cString: curl_easy_strerror(code)))
    }
}
