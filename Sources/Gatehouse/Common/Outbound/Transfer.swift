import CCurl
import Glibc
import Web

/// One HTTP request and its answer.
struct Transfer {
    private let target: RequestTarget
    private let method: String
    private let headers: HTTPFields
    private let body: [UInt8]
    var connectTimeout = Duration.seconds(3)
    var timeout = Duration.seconds(10)
    var largestBody = 0
    /// Whether a longer body is cut off; otherwise it is an error.
    var cutsBody = false

    /// The authorities of the system, which remain trusted beside a file of others.
    private static let systemAuthorities = "/etc/ssl/certs"
    /// The maximum number of header fields that an answer keeps.
    private static let mostHeaders = 100

    init(_ target: RequestTarget, method: String, headers: HTTPFields, body: [UInt8]) {
        self.target = target
        self.method = method
        self.headers = headers
        self.body = body
    }

    /// Runs the transfer and blocks until its end.
    /// - Returns: the answer or the error, and whether there was a connection, with TLS if the scheme wants it.
    func perform(_ outbound: Outbound) -> (Result<HTTPClient.Answer, HTTPClientError>, hasConnected: Bool) {
        guard var handle = CurlHandle() else { return (.failure(.failed(CURLE_OUT_OF_MEMORY)), false) }
        let gate = SocketGate(outbound.policy, target)
        handle.set(CURLOPT_URL, to: target.url)
        handle.set(CURLOPT_PROTOCOLS_STR, to: target.scheme)
        handle.set(CURLOPT_USERAGENT, to: "gatehouse")
        if let caFile = outbound.caFile {
            handle.set(CURLOPT_CAINFO, to: caFile)
            handle.set(CURLOPT_CAPATH, to: Self.systemAuthorities)
        }
        handle.set(CURLOPT_CONNECTTIMEOUT_MS, to: max(1, Int(connectTimeout / .milliseconds(1))))
        handle.set(CURLOPT_TIMEOUT_MS, to: max(1, Int(timeout / .milliseconds(1))))
        // Otherwise libcurl waits for the end of a timed-out look-up, which may take many seconds. Its thread ends by
        // itself.
        handle.set(CURLOPT_QUICK_EXIT, to: 1)
        // The server's header fields and body are limited by time and size, whatever it announces.
        if !cutsBody { handle.set(CURLOPT_MAXFILESIZE, to: largestBody) }
        guard let list = list() else { return (.failure(.failed(CURLE_OUT_OF_MEMORY)), false) }
        defer { curl_slist_free_all(list) }
        handle.set(CURLOPT_HTTPHEADER, to: list)
        handle.setSocketGate(gate)
        let (code, received) = body.withUnsafeBytes { content in
            if method == "POST" {
                handle.set(CURLOPT_POST, to: 1)
                handle.set(CURLOPT_POSTFIELDSIZE, to: content.count)
                handle.set(CURLOPT_POSTFIELDS, to: UnsafeMutableRawPointer(mutating: content.baseAddress))
            }
            return withExtendedLifetime(gate) { receive(with: &handle) }
        }
        return (result(code, received, gate, handle), handle.hasConnected)
    }

    private func result(
        _ code: CURLcode, _ received: [UInt8], _ gate: SocketGate, _ handle: borrowing CurlHandle
    ) -> Result<HTTPClient.Answer, HTTPClientError> {
        let isTooLarge =
            code == CURLE_WRITE_ERROR || code == CURLE_FILESIZE_EXCEEDED || received.count > largestBody
        if isTooLarge, !cutsBody { return .failure(.tooLarge) }
        if code == CURLE_OPERATION_TIMEDOUT { return .failure(.timedOut) }
        if code == CURLE_COULDNT_CONNECT, gate.hasRefused, !gate.hasAdmitted { return .failure(.addressRefused) }
        guard code == CURLE_OK || isTooLarge else { return .failure(.failed(code)) }
        return .success(
            HTTPClient.Answer(
                status: handle.responseCode, headers: handle.responseHeaders(atMost: Self.mostHeaders),
                body: Array(received.prefix(largestBody))))
    }

    private func list() -> UnsafeMutablePointer<curl_slist>? {
        // Without it libcurl may wait for `100 Continue` before it sends a body.
        var list = curl_slist_append(nil, "Expect:")
        for field in headers {
            guard let longer = curl_slist_append(list, "\(field.name.text): \(field.value)") else {
                curl_slist_free_all(list)
                return nil
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
