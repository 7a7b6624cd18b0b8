import Cryptography
import Database
import FoundationEssentials
import Web

/// Allows clients to repeat a request that creates something without creating it twice (IETF draft "The Idempotency-Key
/// HTTP Header Field"). The change and its answer are one transaction, which holds the lock of the key's row, so either
/// both exist or neither does. Answers are sealed, since they can contain secrets.
struct Idempotency: Sendable {
    private let vault: Vault
    private let key: HMACKey<SHA256>

    /// The time for which an answer is kept, in hours.
    static let hoursKept = 24

    init(masterKeys: MasterKeys) {
        vault = Vault(masterKeys, label: "idempotency")
        key = masterKeys.newestKey(for: "idempotency-names").key
    }

    /// Runs a request, or repeats its earlier answer.
    /// - Throws: `IDEMPOTENCY_KEY_REUSED`; `CONFLICT` while the same request is still running.
    func once(_ call: Call, _ route: Route, _ respond: () throws -> Response) throws -> Response {
        guard route.isIdempotent, let text = try IdempotencyKey.of(call.request.headers) else { return try respond() }
        let name = try name(of: text, call, route)
        let fingerprint = fingerprint(of: call.request)
        try awaitingOthers { try IdempotencyRepository.makeRoom(for: name, in: call.db) }
        return try call.db.transaction(isShared: true) { db in
            let kept = try awaitingOthers { try IdempotencyRepository.lock(name, in: db) }
            if let kept {
                guard kept.fingerprint == fingerprint else { throw APIError(.idempotencyKeyReused) }
                return try open(kept.answer, of: name)
            }
            let response = try respond()
            try IdempotencyRepository.keep(try seal(response, of: name), to: fingerprint, of: name, in: db)
            return response
        }
    }

    /// Runs a statement that waits for another request with the same key.
    private func awaitingOthers<Result>(_ statement: () throws -> Result) throws -> Result {
        do {
            return try statement()
        } catch let error as DatabaseError where error.isLockWaitTimeout {
            let headers: HTTPFields = [.retryAfter: String(IdempotencyRepository.secondsToWait)]
            throw APIError(.conflict, "The same request is still running.", headers: headers)
        }
    }

    /// Keys are separate for each caller and route.
    private func name(of text: String, _ call: Call, _ route: Route) throws(APIError) -> [UInt8] {
        let principal = try call.principal
        let caller = principal.apiKey ?? principal.publicID
        return code("\(caller) \(route.method.rawValue) \(route.pattern) \(text)")
    }

    private func fingerprint(of request: Request) -> [UInt8] {
        code("\(request.path)\n\(request.query)\n\(ContentDigest.text(of: request.body))")
    }

    private func code(_ text: String) -> [UInt8] {
        key.code(for: text.utf8).bytes
    }
}

// MARK: - Answers

extension Idempotency {
    /// A stored answer.
    private struct Kept: Codable {
        let status: HTTPStatus
        let headers: [[String]]
        let body: Data
    }

    private func seal(_ response: Response, of name: [UInt8]) throws -> [UInt8] {
        let headers = response.headers.map { [$0.name.text, $0.value] }
        let kept = Kept(status: response.status, headers: headers, body: Data(response.body))
        return try vault.seal(try JSONEncoder().encode(kept), for: row(name))
    }

    private func open(_ sealed: [UInt8], of name: [UInt8]) throws -> Response {
        let kept = try JSONDecoder().decode(Kept.self, from: Data(try vault.open(sealed, for: row(name))))
        var response = Response(status: kept.status, body: Array(kept.body))
        for field in kept.headers {
            if let name = field.first.flatMap({ HTTPFieldName($0) }) { response.headers[name] = field.last }
        }
        response.headers[.idempotentReplayed] = "true"
        return response
    }

    private func row(_ name: [UInt8]) -> String { Base64URL.encode(name) }
}
