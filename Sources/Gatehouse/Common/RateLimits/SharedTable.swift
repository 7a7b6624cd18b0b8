/// Buckets that the processes of a machine share. The value of a bucket is the microsecond in which it is full again,
/// so if a line of slots has no room, the bucket that is nearest to being full gives way: a table that is too small
/// forgets counts, but never refuses a request.
final class SharedTable: Sendable {
    private let slots: SharedSlots

    /// The number of lines: a slot for each of a million callers, in 8 MiB.
    private static let lines = 1 << 17
    /// The first word of the file: the layout and its version.
    private static let mark: UInt64 = 0x4741_5445_4c49_4d01

    /// Maps the file; creates it if it is missing or has another layout.
    init(path: String) throws(SharedFile.Failure) {
        slots = try SharedSlots(setting: "GATEHOUSE_RATE_LIMIT_FILE", path: path, lines: Self.lines, mark: Self.mark)
    }

    /// Takes one unit of a bucket.
    func take(_ bucket: RateLimiter.Bucket) -> RateLimitVerdict {
        take(bucket, at: microsecondsSinceBoot())
    }

    /// The same with another clock.
    /// - Parameter clock: microseconds since the machine started. It is read after the slot: otherwise a delayed
    ///   request would be counted with an earlier time than those that overtook it.
    func take(_ bucket: RateLimiter.Bucket, at clock: @autoclosure () -> UInt64) -> RateLimitVerdict {
        slots.change(of: bucket.key) { fullAt in
            let now = clock()
            let untilFull = fullAt > now ? Int(fullAt - now) : 0
            let (isGranted, rest) = bucket.limit.take(untilFull: untilFull)
            return (
                isGranted ? now + UInt64(rest) : nil,
                RateLimitVerdict(bucket.policy, bucket.limit, isGranted: isGranted, untilFull: rest)
            )
        }
    }
}
