/// The limits of a server for one request. The handler limits the length of the body.
package struct Limits: Sendable {
    /// The sum of all parameter names and values, in bytes; more is answered 431. nginx itself takes at most
    /// 32 KiB of header (`large_client_header_buffers`).
    package var maximumParameterBytes: Int

    /// The time after which a connection is closed if it neither sends nor receives a byte in the middle of a request.
    package var silence: Duration

    /// The number of requests that may wait for a worker; further ones get 503.
    package var maximumWaiting: Int

    /// The time limit for a streamed answer (`ResponseStream`), after which its connection is closed.
    package var longestStream: Duration

    /// The time limit for such an answer after a stop. It may then still take the time of `silence` and of the
    /// handler's next chunk.
    package var longestStreamWhenStopping: Duration

    /// Makes limits; the defaults are those of Gatehouse's API.
    package init(
        maximumParameterBytes: Int = 64 << 10, silence: Duration = .seconds(15), maximumWaiting: Int = 128,
        longestStream: Duration = .seconds(600), longestStreamWhenStopping: Duration = .seconds(25)
    ) {
        self.maximumParameterBytes = maximumParameterBytes
        self.silence = silence
        self.maximumWaiting = maximumWaiting
        self.longestStream = longestStream
        self.longestStreamWhenStopping = longestStreamWhenStopping
    }
}
