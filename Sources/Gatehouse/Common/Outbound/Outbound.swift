import Logging

/// What all outgoing HTTP requests of a process share: the addresses to which they may go, the authorities that they
/// trust, the circuits, the counters and the log.
///
///     let client = services.outbound.client(.rates, timeout: .seconds(5), largestBody: 64 << 10)
///     let answer = try client.get("https://example.com/rates.json")
public struct Outbound: Sendable {
    let policy: AddressPolicy
    /// A PEM file of authorities to trust besides the system's.
    let caFile: String?
    let circuits: CircuitBreaker
    let counts: OutboundCounts?
    let log: Logger

    /// - Throws: `SharedFile.Failure` if the file of circuits cannot be used.
    init(
        _ settings: OutboundSettings, masterKeys: MasterKeys, counts: OutboundCounts? = nil, log: Logger
    ) throws(SharedFile.Failure) {
        policy = AddressPolicy(opened: settings.opened, allowsHTTP: settings.allowsHTTP)
        caFile = settings.caFile
        circuits = try CircuitBreaker(path: settings.circuitsFile, masterKeys: masterKeys)
        self.counts = counts
        self.log = log
    }

    private init(_ other: Outbound, policy: AddressPolicy) {
        self.policy = policy
        caFile = other.caFile
        circuits = other.circuits
        counts = other.counts
        log = other.log
    }

    /// Makes a client.
    /// - Parameters:
    ///   - purpose: what its requests are for.
    ///   - connectTimeout: the time limit for connecting, including the look-up of the name.
    ///   - timeout: the time limit for a whole request with its retries.
    ///   - largestBody: the maximum length of an answer's body in octets.
    ///   - cutsBody: whether the rest of a longer body is left unread; otherwise it is an error.
    ///   - retries: how often a GET without an answer is sent again, after a pause that grows and varies.
    public func client(
        _ purpose: OutboundPurpose, connectTimeout: Duration = .seconds(3), timeout: Duration, largestBody: Int,
        cutsBody: Bool = false, retries: Int = 0
    ) -> HTTPClient {
        HTTPClient(
            outbound: self, purpose: purpose, connectTimeout: connectTimeout, timeout: timeout,
            largestBody: largestBody, cutsBody: cutsBody, retries: retries)
    }

    /// Also opens the address of a URL that the operator has set, with `http`.
    func opening(_ address: IPAddress) -> Outbound {
        Outbound(self, policy: AddressPolicy(opened: policy.opened + [.address(address)], allowsHTTP: true))
    }
}
