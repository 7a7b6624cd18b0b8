/// What a server takes from one request before it refuses it.
public struct Limits: Sendable {
    /// The longest body, in bytes; a longer one is answered 413 without being read.
    public var maximumBodyBytes: Int

    /// The sum of all parameter names and values, in bytes; more is answered 431. nginx itself takes at most
    /// 32 KiB of header (`large_client_header_buffers`).
    public var maximumParameterBytes: Int

    /// How long a connection may neither send nor take a byte in the middle of a request before it is closed.
    public var silence: Duration

    /// Makes limits; the defaults are those of Gatehouse's API.
    public init(
        maximumBodyBytes: Int = 1 << 20, maximumParameterBytes: Int = 64 << 10,
        silence: Duration = .seconds(15)
    ) {
        self.maximumBodyBytes = maximumBodyBytes
        self.maximumParameterBytes = maximumParameterBytes
        self.silence = silence
    }
}
