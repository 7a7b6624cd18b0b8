import CCurl

/// One transfer of libcurl, with the options that every transfer of this program needs.
///
/// Used on one thread, for one transfer. The option functions fail only for options that this libcurl was built
/// without; such an error is stored and thrown by `perform`, so no option is lost silently.
struct CurlHandle: ~Copyable {
    private let handle: UnsafeMutableRawPointer
    private var optionError = CURLE_OK

    /// Prepares libcurl once for the process; it must not run on two threads at the same time.
    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    /// Makes a handle; `nil` when memory runs out.
    init?() {
        guard Self.isReady, let handle = curl_easy_init() else { return nil }
        self.handle = handle
        // Without it libcurl would use signals to end name look-ups, which threads do not survive.
        set(CURLOPT_NOSIGNAL, to: 1)
        // The settings determine the server, not the environment (`all_proxy` and similar variables).
        set(CURLOPT_PROXY, to: "")
        set(CURLOPT_SSLVERSION, to: CURL_SSLVERSION_TLSv1_2)
        set(CURLOPT_SSL_VERIFYPEER, to: 1)
        set(CURLOPT_SSL_VERIFYHOST, to: 2)
    }

    deinit { curl_easy_cleanup(handle) }

    /// Sets an option that takes a number or a bit set.
    mutating func set(_ option: CURLoption, to value: Int) {
        note(gatehouse_curl_set_long(handle, option, value))
    }

    /// Sets an option that takes a string, which libcurl copies.
    mutating func set(_ option: CURLoption, to value: String) {
        note(gatehouse_curl_set_string(handle, option, value))
    }

    /// Sets an option that takes a pointer, which must outlive the transfer.
    mutating func set(_ option: CURLoption, to value: UnsafeMutableRawPointer?) {
        note(gatehouse_curl_set_pointer(handle, option, value))
    }

    /// Sets the function that opens sockets, and its argument, which must outlive the transfer.
    mutating func setOpenSocket(_ argument: UnsafeMutableRawPointer, _ body: curl_opensocket_callback) {
        note(gatehouse_curl_set_opensocket(handle, body, argument))
    }

    /// Runs the transfer and blocks until its end.
    func perform() -> CURLcode {
        optionError == CURLE_OK ? curl_easy_perform(handle) : optionError
    }

    /// The last reply code of the server, 0 before the first (CURLINFO_RESPONSE_CODE(3)).
    var responseCode: Int {
        var code = 0
        return gatehouse_curl_get_long(handle, CURLINFO_RESPONSE_CODE, &code) == CURLE_OK ? code : 0
    }

    /// Whether the last transfer had a connection, with TLS if it wanted it (CURLINFO_PRETRANSFER_TIME_T(3)).
    var hasConnected: Bool {
        var time: curl_off_t = 0
        return gatehouse_curl_get_off_t(handle, CURLINFO_PRETRANSFER_TIME_T, &time) == CURLE_OK && time > 0
    }

    /// The first header fields of the last answer, with names in lower case.
    func responseHeaders(atMost count: Int) -> [String: String] {
        var headers: [String: String] = [:]
        var last: UnsafeMutablePointer<curl_header>?
        while headers.count < count,
            let header = curl_easy_nextheader(handle, UInt32(CURLH_HEADER), -1, last)
        {
            headers[String(cString: header.pointee.name).lowercased()] = String(cString: header.pointee.value)
            last = header
        }
        return headers
    }

    private mutating func note(_ code: CURLcode) {
        if optionError == CURLE_OK { optionError = code }
    }
}
