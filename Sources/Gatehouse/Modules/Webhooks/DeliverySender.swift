import Database
import FoundationEssentials
import Logging
import Web

/// Sends one delivery, and records how it went.
struct DeliverySender: Sendable {
    private let client: HTTPClient
    private let secrets: Vault
    private let counts: DeliveryCounts?
    private let log: Logger

    /// The time limit for connecting.
    private static let connectTimeout = Duration.seconds(5)
    /// The time limit for an attempt, from connecting to the end of the answer.
    private static let timeout = Duration.seconds(15)
    /// The length of an answer that is read, in octets. Only its status and its header fields count.
    private static let largestAnswer = 65_536
    /// The time after which an answer is slow: its receiver gets one delivery at a time.
    private static let slow = Duration.seconds(2)

    init(_ outbound: Outbound, _ masterKeys: MasterKeys, counts: DeliveryCounts? = nil, log: Logger) {
        client = outbound.client(
            .webhooks, connectTimeout: Self.connectTimeout, timeout: Self.timeout, largestBody: Self.largestAnswer,
            cutsBody: true)
        secrets = Vault(masterKeys, label: WebhookSecret.vault)
        self.counts = counts
        self.log = log
    }

    /// The outcome of an attempt.
    private enum Outcome {
        case delivered
        /// - Parameter retryAfter: the wait that the receiver asked for.
        case failed(retryAfter: Duration?)
        /// The receiver wants no further events.
        case gone
    }

    /// Sends a delivery. While the circuit of its server is open, it is put off and spends no attempt of its schedule,
    /// unless it is a ping, whose outcome somebody waits for.
    /// - Throws: if the outcome cannot be recorded; then the lease runs out, and the delivery is sent again.
    func send(_ lease: DeliveryQueue.Lease, _ db: Connection) throws {
        let (at, start) = (Date(), ContinuousClock.now)
        guard let (outcome, statusCode, failure) = post(lease, at: at) else {
            return try DeliveryQueue.putOff(lease, for: pause(before: lease.url), in: db)
        }
        let attempt = DeliveryAttempt(at: at, duration: .now - start, statusCode: statusCode, failure: failure)
        try record(lease, attempt, outcome, db)
    }

    /// The wait for an open circuit: at least a second, so a delivery is not due again at once.
    private func pause(before url: String) -> Duration {
        max(.seconds(1), client.pause(before: url))
    }

    /// - Returns: `nil` if nothing was sent, since the circuit of the server is open.
    private func post(
        _ lease: DeliveryQueue.Lease, at time: Date
    ) -> (Outcome, statusCode: Int?, DeliveryAttempt.Failure?)? {
        let message: (headers: HTTPFields, body: [UInt8])
        do {
            message = try self.message(lease, at: time)
        } catch {
            log.error(
                "a webhook delivery cannot be signed",
                metadata: ["webhookId": "\(lease.webhookPublicID.text)", "reason": "\(error)"])
            return (.failed(retryAfter: nil), nil, .message)
        }
        do {
            let answer = try client.post(
                lease.url, headers: message.headers, body: message.body,
                ignoresCircuit: lease.isPing || lease.isPutOffLong)
            switch answer.status {
            case 200...299: return (.delivered, answer.status, nil)
            case 410: return (.gone, answer.status, nil)
            default:
                let wait = answer.headers["retry-after"].flatMap { RetryAfter.parse($0) }
                return (.failed(retryAfter: wait), answer.status, nil)
            }
        } catch .circuitOpen {
            return nil
        } catch {
            log.info(
                "webhook delivery not answered",
                metadata: ["webhookId": "\(lease.webhookPublicID.text)", "reason": "\(error)"])
            return (.failed(retryAfter: nil), nil, DeliveryAttempt.Failure(error, to: lease))
        }
    }

    /// The message of an attempt, with its signature.
    private func message(
        _ lease: DeliveryQueue.Lease, at time: Date
    ) throws -> (headers: HTTPFields, body: [UInt8]) {
        let message = EventMessage(
            id: lease.eventID, type: lease.type, sequence: lease.sequence, occurredAt: lease.occurredAt,
            data: try JSON(parsing: Array(lease.data.utf8)))
        var output = Output()
        output.object { message.write(to: &$0) }
        let (body, timestamp) = (output.text, Int(time.timeIntervalSince1970))
        let signature = try WebhookSignature.field(
            id: lease.eventID.text, timestamp: timestamp, body: body, secrets: signing(lease))
        let headers: HTTPFields = [
            "Content-Type": "application/json", "webhook-id": lease.eventID.text,
            "webhook-timestamp": String(timestamp), "webhook-signature": signature,
        ]
        return (headers, body)
    }

    /// The secrets that sign. A previous one that does not open, since its master key is gone, signs no more.
    private func signing(_ lease: DeliveryQueue.Lease) throws -> [WebhookSecret] {
        let row = lease.webhookPublicID.text
        let current = try secrets.open(lease.secret, for: row)
        let previous = lease.previousSecret.flatMap { try? secrets.open($0, for: row) }
        return [current, previous].compactMap(\.self).map { WebhookSecret(bytes: $0) }
    }

    // MARK: - Outcome

    private func record(
        _ lease: DeliveryQueue.Lease, _ attempt: DeliveryAttempt, _ outcome: Outcome, _ db: Connection
    ) throws {
        var wait: Duration?
        if case .failed(let retryAfter) = outcome, !lease.isPing {
            wait = DeliverySchedule.wait(afterAttempt: lease.attempt, retryAfter: retryAfter)
        }
        let status: WebhookDelivery.Status
        if case .delivered = outcome { status = .delivered } else { status = wait == nil ? .dead : .pending }
        let isRecorded = try db.transaction { db in
            guard let health = try WebhookHealth.lock(lease.webhookID, in: db),
                try DeliveryQueue.record(lease, attempt, status: status, wait: wait ?? .zero, in: db)
            else { return false }
            try note(outcome, of: lease, health, isDead: status == .dead, attempt, in: db)
            return true
        }
        if isRecorded { counts?.attempts.record(.init(status), took: attempt.duration) }
    }

    private func note(
        _ outcome: Outcome, of lease: DeliveryQueue.Lease, _ health: WebhookHealth, isDead: Bool,
        _ attempt: DeliveryAttempt, in db: Connection
    ) throws {
        switch outcome {
        case .gone:
            try health.recordFailure(warns: false, in: db)
            try disable(lease, because: .gone, in: db)
        case _ where lease.isPing: break
        case .delivered:
            try WebhookHealth.forgetFailures(
                of: lease.webhookID, isTroubled: attempt.duration > Self.slow, in: db)
        case .failed:
            let warns =
                try isDead && !health.isWarned && !health.isFailing && SendWebhookNotice.enqueue(.dead, lease, in: db)
            try health.recordFailure(warns: warns, in: db)
            if health.isFailing { try disable(lease, because: .failing, in: db) }
        }
    }

    private func disable(
        _ lease: DeliveryQueue.Lease, because reason: Webhook.DisabledReason, in db: Connection
    ) throws {
        guard try WebhookRepository.disable(lease.webhookID, because: reason, in: db) else { return }
        try Audit.record(
            .webhookDisabled, by: .program, target: lease.webhookPublicID,
            details: [JSON.Member("reason", reason.json)], in: db)
        try SendWebhookNotice.enqueue(reason == .gone ? .gone : .failing, lease, in: db)
    }
}

extension DeliveryCounts.Outcome {
    fileprivate init(_ status: WebhookDelivery.Status) {
        switch status {
        case .delivered: self = .delivered
        case .pending, .sending: self = .failed
        case .dead: self = .dead
        }
    }
}

extension OutboundPurpose {
    /// Delivers webhooks. Users choose the URLs, so only connections that fail count against a server: else the slow
    /// endpoint of one user would pause the deliveries of others to the same server.
    static let webhooks = OutboundPurpose("webhooks", countsAnswers: false)
}

extension DeliveryAttempt.Failure {
    /// An organization is not told that an address is refused, or it could ask which names the internal network has.
    fileprivate init(_ error: HTTPClientError, to lease: DeliveryQueue.Lease) {
        switch error {
        case .addressRefused: self = lease.organizationID == nil ? .addressRefused : .connection
        case .timedOut: self = .timeout
        case .invalidURL: self = .url
        case .circuitOpen, .failed, .tooLarge: self = .connection
        }
    }
}
