import Database
import FoundationEssentials
import Logging
import Threads
import Web

/// Counts requests against limits, for all threads of a process.
final class RateLimiter: Sendable {
    private let codes: LimitCodes
    private let local: SharedTable
    private let redis: RedisStore?
    /// A cache of bucket keys, since most requests come from earlier callers, and the HMAC is the most expensive part.
    private let keys = Lock(BoundedCache<KeyName, [UInt8]>(half: 10_000))

    private struct KeyName: Hashable {
        let policy: String
        let subject: Subject
    }

    /// - Throws: `SharedFile.Failure`.
    init(_ settings: LimitSettings, masterKeys: MasterKeys, log: Logger) throws {
        codes = LimitCodes(masterKeys)
        local = try SharedTable(path: settings.file)
        redis = if case .redis(let address) = settings.store { RedisStore(address, log: log) } else { nil }
    }

    /// The counted subject.
    enum Subject: Hashable {
        case user(UUID)
        case apiKey(UUID)
        case session(UUID)
        /// A text from the caller, such as an address: never cached.
        case words(String)

        var text: String {
            switch self {
            case .user(let id): "user \(id.text)"
            case .apiKey(let id): "API key \(id.text)"
            case .session(let id): "session \(id.text)"
            case .words(let text): text
            }
        }
    }

    /// One limit for one caller.
    struct Bucket {
        let policy: String
        let limit: RateLimit
        let key: [UInt8]
    }

    /// A bucket of a caller.
    func bucket(_ policy: String, _ limit: RateLimit, of subject: Subject) -> Bucket {
        Bucket(policy: policy, limit: limit, key: key(of: policy, subject))
    }

    private func key(of policy: String, _ subject: Subject) -> [UInt8] {
        if case .words(let text) = subject { return code("\(policy) \(text)") }
        let name = KeyName(policy: policy, subject: subject)
        if let known = keys.withLock({ $0[name] }) { return known }
        let key = code("\(policy) \(subject.text)")
        _ = keys.withLock { $0.remember(key, for: name) }
        return key
    }

    /// Takes one unit of each bucket: in Redis if that is configured and answers, else in the memory of this machine.
    /// - Returns: the verdict of each. In Redis a refusal charges no bucket; in memory it charges those before the
    ///   refusing one.
    func take(_ buckets: [Bucket]) -> [RateLimitVerdict] {
        redis?.take(buckets) ?? takeLocally(buckets)
    }

    /// The key of a bucket in the database.
    func key(_ policy: String, from source: String, of subject: String) -> RateLimitRepository.BucketKey {
        RateLimitRepository.BucketKey(subject: code(subject), bucket: code("\(policy) \(source)"))
    }

    /// The code of a subject.
    func code(_ subject: String) -> [UInt8] {
        codes.code(subject)
    }

    private func takeLocally(_ buckets: [Bucket]) -> [RateLimitVerdict] {
        var verdicts: [RateLimitVerdict] = []
        for bucket in buckets {
            let verdict = local.take(bucket)
            verdicts.append(verdict)
            if !verdict.isGranted { break }
        }
        return verdicts
    }
}
