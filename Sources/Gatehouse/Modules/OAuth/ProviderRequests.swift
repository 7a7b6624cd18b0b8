import FoundationEssentials
import Logging
import Web

/// The HTTP requests to one provider, without the stored documents. Answers are bounded in size and time.
struct ProviderRequests {
    let provider: Provider
    private let outbound: Outbound
    private let log: Logger
    private let queue: ProviderQueue?
    /// The end of the time for all requests together.
    private let deadline: ContinuousClock.Instant

    /// The time for all requests of a sign-in together: less than a request to this program may take.
    private static let budget = Duration.seconds(8)
    /// The time for one request.
    private static let timeout = Duration.seconds(3)
    /// Far more than the largest key set of a known provider has, in bytes.
    private static let largestAnswer = 256 << 10

    /// - Parameter queue: bounds the requests that wait for providers; `nil` for requests that hold no worker.
    init(_ provider: Provider, _ outbound: Outbound, log: Logger, queue: ProviderQueue? = nil) {
        self.provider = provider
        self.outbound = outbound
        self.log = log
        self.queue = queue
        deadline = .now + Self.budget
    }

    /// Reads a discovery document.
    func metadata(_ document: JSON) throws(ProviderFailure) -> ProviderMetadata {
        try ProviderMetadata(document, of: provider) { outbound.allowsURL($0) }
    }

    /// Gets an answer with the status 200.
    func get(_ url: String, accessToken: String? = nil) throws -> HTTPClient.Answer {
        var headers: HTTPFields = ["Accept": "application/json"]
        if let accessToken { headers[.authorization] = "Bearer \(accessToken)" }
        let answer = try sending { client throws(HTTPClientError) in try client.get(url, headers: headers) }
        guard answer.status == 200 else { throw ProviderFailure.refused(.answer) }
        return answer
    }

    /// Posts a form, with the id and the secret of this service (RFC 6749, section 2.3.1).
    func post(_ url: String, _ form: FormParameters, _ metadata: ProviderMetadata) throws -> HTTPClient.Answer {
        var form = form
        var headers: HTTPFields = [
            "Accept": "application/json", .contentType: "application/x-www-form-urlencoded",
        ]
        let secret =
            switch provider.credential {
            case .secret(let secret): secret
            case .apple(let key): try key.clientSecret(now: Date())
            }
        if metadata.authenticatesInBody || provider.kind == .apple {
            form.append("client_id", provider.clientID)
            form.append("client_secret", secret)
        } else {
            let pair = "\(PercentEncoding.encode(provider.clientID)):\(PercentEncoding.encode(secret))"
            headers[.authorization] = "Basic \(Data(pair.utf8).base64EncodedString())"
        }
        let body = Array(form.text.utf8)
        return try sending { client throws(HTTPClientError) in try client.post(url, headers: headers, body: body) }
    }

    /// Sends a request within what is left of the time. A server error (5xx) or 429 counts as no answer.
    private func sending(
        _ send: (HTTPClient) throws(HTTPClientError) -> HTTPClient.Answer
    ) throws -> HTTPClient.Answer {
        let timeout = min(Self.timeout, deadline - .now)
        guard timeout > .zero else { throw ProviderFailure.unavailable(because: "it took too long") }
        guard queue?.enter(provider.id) ?? true else {
            throw ProviderFailure.unavailable(because: "too many requests wait")
        }
        defer { queue?.leave(provider.id) }
        let client = outbound.client(.providers, timeout: timeout, largestBody: Self.largestAnswer, retries: 1)
        let answer: HTTPClient.Answer
        do {
            answer = try send(client)
        } catch {
            log.warning(
                "a provider cannot be reached", metadata: ["provider": "\(provider.id)", "reason": "\(error)"])
            throw ProviderFailure.unavailable(because: "\(error)")
        }
        guard answer.status < 500, answer.status != 429 else {
            log.warning(
                "a provider answered with a server error",
                metadata: ["provider": "\(provider.id)", "status": "\(answer.status)"])
            throw ProviderFailure.unavailable(because: "it answers \(answer.status)")
        }
        return answer
    }
}

extension OutboundPurpose {
    /// Talks to those who sign people in.
    static let providers = OutboundPurpose("providers")
}

extension HTTPClient.Answer {
    /// The JSON of a provider's answer.
    func json() throws(ProviderFailure) -> JSON {
        guard let json = try? JSON(parsing: body) else { throw .refused(.answer) }
        return json
    }

    /// The JSON of a provider's answer, which must be an object.
    func object() throws(ProviderFailure) -> JSON {
        let json = try json()
        guard case .object = json else { throw .refused(.answer) }
        return json
    }
}
