import Crypto
import Database
import FoundationEssentials
import HTTPTypes
import Web

/// Lets a request that creates something be sent again without creating it twice (IETF draft "The Idempotency-Key HTTP Header
/// Field"). The key's row, the change and the answer are one transaction: whatever happens in between, either all of them are
/// there or none is. Answers are sealed, since they can hold secrets.
struct Idempotency: Sendable {
    private let vault: Vault
    private let key: SymmetricKey

    /// How long an answer is kept, in hours.
    static let hoursKept = 24
    /// How long a request waits for another one with its key, in seconds.
    static let secondsToWait = 2

    init(masterKeys: MasterKeys) {
        vault = Vault(masterKeys, label: "idempotency")
        key = masterKeys.encryptionKey(for: "idempotency-names")?.key ?? SymmetricKey(size: .bits256)
    }

    /// Runs a request, or answers what it was answered before.
    /// - Throws: `IDEMPOTENCY_KEY_REUSED`; `CONFLICT` while the same request is still running.
    func once(_ call: Call, _ route: Route, _ respond: () throws -> Response) throws -> Response {
        guard route.isIdempotent, let text = try IdempotencyKey.of(call.request.headers) else { return try respond() }
        let name = try name(of: text, call, route)
        let fingerprint = fingerprint(of: call.request)
        return try call.db.transaction(isShared: true) { db in
            let claim = try claim(name, fingerprint, in: db)
            guard claim.fingerprint == fingerprint else { throw APIError(.idempotencyKeyReused) }
            if !claim.answer.isEmpty { return try open(claim.answer, of: name) }
            let response = try respond()
            try IdempotencyRepository.complete(name, try seal(response, of: name), in: db)
            return response
        }
    }

    private func claim(
        _ name: [UInt8], _ fingerprint: [UInt8], in db: Connection
    ) throws -> IdempotencyRepository.Claim {
        do {
            guard let claim = try IdempotencyRepository.claim(name, fingerprint, in: db) else { throw Unclaimed() }
            return claim
        } catch let error as DatabaseError where error.isLockWaitTimeout {
            let headers: HTTPFields = [.retryAfter: String(Self.secondsToWait)]
            throw APIError(.conflict, "The same request is still running.", headers: headers)
        }
    }

    /// The server answered no row where there is one by all means.
    private struct Unclaimed: Error {}

    /// Each caller has keys of its own, for each route.
    private func name(of text: String, _ call: Call, _ route: Route) throws(APIError) -> [UInt8] {
        let principal = try call.principal
        let caller = principal.apiKey ?? principal.publicID
        return code("\(caller) \(route.method.rawValue) \(route.pattern) \(text)")
    }

    private func fingerprint(of request: Request) -> [UInt8] {
        code("\(request.path)\n\(request.query)\n\(ContentDigest.text(of: request.body))")
    }

    private func code(_ text: String) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: key))
    }
}

// MARK: - Answers

extension Idempotency {
    /// An answer as it is kept.
    private struct Kept: Codable {
        let status: Int
        let headers: [[String]]
        let body: Data
    }

    private func seal(_ response: Response, of name: [UInt8]) throws -> [UInt8] {
        let headers = response.headers.map { [$0.name.rawName, $0.value] }
        let kept = Kept(status: response.status.code, headers: headers, body: Data(response.body))
        return try vault.seal(try JSONEncoder().encode(kept), for: row(name))
    }

    private func open(_ sealed: [UInt8], of name: [UInt8]) throws -> Response {
        let kept = try JSONDecoder().decode(Kept.self, from: try vault.open(sealed, for: row(name)))
        var response = Response(status: HTTPResponse.Status(code: kept.status), body: Array(kept.body))
        for field in kept.headers {
            if let name = field.first.flatMap({ HTTPField.Name($0) }) { response.headers[name] = field.last }
        }
        response.headers[.idempotentReplayed] = "true"
        return response
    }

    private func row(_ name: [UInt8]) -> String { Base64URL.encode(name) }
}
