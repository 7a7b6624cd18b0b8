import Glibc
import Logging
public import Web

/// A client for HTTP servers; `Outbound.client` makes one.
///
/// Servers need certificates of trusted authorities, with TLS 1.2 or later. `http` is for opened addresses, where that
/// is allowed (`AddressPolicy`). Redirects are not followed. No proxy is used, no content coding is offered, and no
/// state is kept between requests.
public struct HTTPClient: Sendable {
    let outbound: Outbound
    let purpose: OutboundPurpose
    let connectTimeout: Duration
    let timeout: Duration
    let largestBody: Int
    let cutsBody: Bool
    let retries: Int

    /// The answer of a server.
    public struct Answer: Sendable {
        /// The status code, of whatever class.
        public let status: Int
        /// The header fields, with names in lower case; of one that occurs several times, the last.
        public let headers: [String: String]
        /// The body as sent, or its beginning if the client cuts off longer ones.
        public let body: [UInt8]
    }

    /// Sends a GET and blocks until the answer is complete. It is sent again, as often as the client may and time
    /// allows, if there is no answer or a temporary error (502, 503, 504).
    /// - Parameter url: an absolute URL.
    public func get(_ url: String, headers: HTTPFields = [:]) throws(HTTPClientError) -> Answer {
        let deadline = ContinuousClock.now + timeout
        var pause = Duration.milliseconds(100)
        for _ in 0..<retries {
            do throws(HTTPClientError) {
                let answer = try send(url, headers, body: nil, until: deadline)
                guard [502, 503, 504].contains(answer.status) else { return answer }
            } catch  where !error.mayPass { throw error } catch {}
            let wait = pause * Double.random(in: 0.5...1)
            guard .now + wait < deadline else { break }
            usleep(UInt32(wait / .microseconds(1)))
            pause *= 2
        }
        return try send(url, headers, body: nil, until: deadline)
    }

    /// Sends a POST and blocks until the answer is complete. It is sent once.
    /// - Parameter url: an absolute URL.
    public func post(_ url: String, headers: HTTPFields = [:], body: [UInt8]) throws(HTTPClientError) -> Answer {
        try send(url, headers, body: body, until: .now + timeout)
    }

    /// The same for a request that may be sent to a server that has not answered lately.
    /// - Parameter ignoresCircuit: whether it is sent even if the circuit of the server is open.
    func post(
        _ url: String, headers: HTTPFields, body: [UInt8], ignoresCircuit: Bool
    ) throws(HTTPClientError) -> Answer {
        try send(url, headers, body: body, until: .now + timeout, ignoresCircuit: ignoresCircuit)
    }

    /// The time until the circuit of a server admits a request.
    func pause(before url: String) -> Duration {
        guard let target = RequestTarget(url) else { return .zero }
        return outbound.circuits.pause(of: outbound.circuits.key(purpose, target.server))
    }

    /// Sends a request once, if its circuit admits it, and counts it.
    private func send(
        _ url: String, _ headers: HTTPFields, body: [UInt8]?, until deadline: ContinuousClock.Instant,
        ignoresCircuit: Bool = false
    ) throws(HTTPClientError) -> Answer {
        let start = ContinuousClock.now
        guard let target = RequestTarget(url) else { throw .invalidURL }
        let key = outbound.circuits.key(purpose, target.server)
        let limit = max(deadline - start, .milliseconds(1))
        guard ignoresCircuit || outbound.circuits.admits(key, timeout: limit) else {
            outbound.counts?.record(purpose.name, .paused, took: .zero)
            throw .circuitOpen
        }
        var transfer = Transfer(target, method: body == nil ? "GET" : "POST", headers: headers, body: body ?? [])
        transfer.connectTimeout = min(connectTimeout, limit)
        transfer.timeout = limit
        transfer.largestBody = largestBody
        transfer.cutsBody = cutsBody
        let (result, hasConnected) = transfer.perform(outbound)
        note(result, hasConnected: hasConnected, at: key, of: target, took: .now - start)
        return try result.get()
    }

    private func note(
        _ result: Result<Answer, HTTPClientError>, hasConnected: Bool, at key: [UInt8], of target: RequestTarget,
        took duration: Duration
    ) {
        let outcome: OutboundCounts.Outcome
        let isFailure: Bool
        switch result {
        case .success(let answer):
            outcome = .answered
            isFailure = purpose.countsAnswers && answer.status >= 500
        case .failure(.addressRefused):
            outcome = .refused
            // Users who choose the server must not learn which names the internal network has. So a refused address
            // opens the circuit, as an address does that does not answer.
            isFailure = !purpose.countsAnswers
        case .failure(.invalidURL), .failure(.circuitOpen):
            outcome = .refused
            isFailure = false
        case .failure(.tooLarge):
            outcome = .failed
            isFailure = false
        case .failure(.timedOut), .failure(.failed):
            outcome = .failed
            isFailure = purpose.countsAnswers || !hasConnected
        }
        outbound.counts?.record(purpose.name, outcome, took: duration)
        if case .failure(let error) = result {
            outbound.log.debug("an outgoing request failed", metadata: Self.metadata(purpose, target, "\(error)"))
        }
        guard isFailure else { return outbound.circuits.succeeded(key) }
        if outbound.circuits.failed(key) {
            outbound.log.warning(
                "a server does not answer; requests to it are paused",
                metadata: Self.metadata(purpose, target, nil))
        }
    }

    private static func metadata(
        _ purpose: OutboundPurpose, _ target: RequestTarget, _ reason: String?
    ) -> Logger.Metadata {
        var metadata: Logger.Metadata = ["purpose": "\(purpose.name)", "server": "\(target.server)"]
        if let reason { metadata["reason"] = "\(reason)" }
        return metadata
    }
}

extension HTTPClientError {
    /// Whether the same request may succeed in a moment.
    fileprivate var mayPass: Bool {
        switch self {
        case .failed, .timedOut: true
        case .invalidURL, .addressRefused, .circuitOpen, .tooLarge: false
        }
    }
}
