/// What a server takes from one request before it refuses it. How long a body may be is for the handler to say.
public struct Limits: Sendable {
    /// The sum of all parameter names and values, in bytes; more is answered 431. nginx itself takes at most
    /// 32 KiB of header (`large_client_header_buffers`).
    public var maximumParameterBytes: Int

    /// How long a connection may neither send nor take a byte in the middle of a request before it is closed.
    public var silence: Duration

    /// How many requests may wait for a worker; more are answered 503.
    public var maximumWaiting: Int

    /// How long an answer may be sent while it is made (`ResponseStream`), before its connection is closed.
    public var longestStream: Duration

    /// How long after a stop such an answer may go on. It may then still take as long as `silence` and the handler's
    /// next chunk do.
    public var longestStreamWhenStopping: Duration

    /// Makes limits; the defaults are those of Gatehouse's API.
    public init(
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
