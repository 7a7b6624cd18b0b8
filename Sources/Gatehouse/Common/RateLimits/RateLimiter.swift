import Crypto
import Database
import FoundationEssentials
import Logging

/// Counts requests against limits, for all threads of a process.
final class RateLimiter: Sendable {
    private let key: HMACKey<SHA256>
    private let local: SharedTable
    private let redis: RedisStore?

    /// - Throws: `SharedFile.Failure`.
    init(_ settings: LimitSettings, masterKeys: MasterKeys, log: Logger) throws {
        key = masterKeys.newestKey(for: "rate-limits")?.key ?? HMACKey()
        local = try SharedTable(path: settings.file)
        redis = if case .redis(let address) = settings.store { RedisStore(address, log: log) } else { nil }
    }

    /// One limit for one caller.
    struct Bucket {
        let policy: String
        let limit: RateLimit
        let key: [UInt8]
    }

    /// A bucket of a caller in words, which are not kept.
    func bucket(_ policy: String, _ limit: RateLimit, of subject: String) -> Bucket {
        Bucket(policy: policy, limit: limit, key: code("\(policy) \(subject)"))
    }

    /// Takes one unit of each bucket: in Redis where that is set and answers, else in the memory of this machine.
    /// - Returns: what each said. In Redis a refusal charges no bucket; in memory it charges those before the one that
    ///   refused.
    func take(_ buckets: [Bucket]) -> [RateLimitVerdict] {
        redis?.take(buckets) ?? takeLocally(buckets)
    }

    /// The key of a bucket in the database.
    func key(_ policy: String, from source: String, of subject: String) -> RateLimitRepository.Key {
        RateLimitRepository.Key(subject: code(subject), bucket: code("\(policy) \(source)"))
    }

    /// What stands for a subject.
    func code(_ subject: String) -> [UInt8] {
        key.code(for: subject.utf8).bytes
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
