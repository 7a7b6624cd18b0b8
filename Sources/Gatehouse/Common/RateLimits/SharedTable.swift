import CAtomics
import Glibc

/// Buckets in a file that every process of a machine maps into its memory.
///
/// A slot is one 64-bit word: 16 bits that distinguish keys, and the microsecond in which the bucket is full again. It
/// only changes by compare-and-swap, so there are no locks, and a killed process never leaves a half-written slot. A
/// key can be in eight slots, which are one cache line. If other keys hold them all, it takes the slot that is nearest
/// to being full: a table that is too small forgets counts, but never refuses a request.
///
/// Two keys that agree in line and tag, about one in 65,000 pairs of the same line, share a bucket.
final class SharedTable: Sendable {
    // The mapping never moves, and its words are only read and written by atomic operations.
    private nonisolated(unsafe) let words: UnsafeMutablePointer<UInt64>

    /// The number of slots for a key: a cache line.
    private static let lineSlots = 8
    /// The number of lines after the first one, which has the mark. A power of two; a slot for each of a million
    /// callers, in 8 MiB.
    private static let lines = 1 << 17
    private static let byteCount = (lines + 1) * lineSlots * MemoryLayout<UInt64>.size
    /// The first word of the file: the layout and its version.
    private static let mark: UInt64 = 0x4741_5445_4c49_4d01
    private static let timeBits: UInt64 = 48

    /// Maps the file; creates it if it is missing or has another layout.
    init(path: String) throws(SharedFile.Failure) {
        let file = SharedFile(
            setting: "GATEHOUSE_RATE_LIMIT_FILE", path: path, byteCount: Self.byteCount, mark: Self.mark)
        let descriptor = try file.open()
        defer { close(descriptor) }
        words = try file.map(descriptor)
    }

    deinit {
        munmap(words, Self.byteCount)
    }

    /// Takes one unit of a bucket.
    func take(_ bucket: RateLimiter.Bucket) -> RateLimitVerdict {
        take(bucket, at: Self.now())
    }

    /// The same with another clock.
    /// - Parameter clock: microseconds since the machine started. It is read after the slot: otherwise a delayed
    ///   request would be counted with an earlier time than those that overtook it.
    func take(_ bucket: RateLimiter.Bucket, at clock: @autoclosure () -> UInt64) -> RateLimitVerdict {
        let (line, tag) = Self.place(bucket.key)
        while true {
            let (slot, word) = find(tag, in: line)
            let now = clock()
            // The time of another key's slot is ignored.
            let fullAt = word >> Self.timeBits == tag ? word & (1 << Self.timeBits - 1) : 0
            let untilFull = fullAt > now ? Int(fullAt - now) : 0
            let (isGranted, rest) = bucket.limit.take(untilFull: untilFull)
            if isGranted {
                let changed = tag << Self.timeBits | (now + UInt64(rest))
                guard gatehouse_atomic_exchange(slot, word, changed) else { continue }
            }
            return RateLimitVerdict(bucket.policy, bucket.limit, isGranted: isGranted, untilFull: rest)
        }
    }

    /// The slot of a key, or the one that it will take: an empty one, or the one that is full first.
    private func find(_ tag: UInt64, in line: Int) -> (slot: UnsafeMutablePointer<UInt64>, word: UInt64) {
        let first = words + line * Self.lineSlots
        var chosen = (slot: first, word: UInt64.max, fullAt: UInt64.max)
        for slot in first..<first + Self.lineSlots {
            let word = gatehouse_atomic_load(slot)
            if word >> Self.timeBits == tag { return (slot, word) }
            let fullAt = word & (1 << Self.timeBits - 1)
            if fullAt < chosen.fullAt { chosen = (slot, word, fullAt) }
        }
        return (chosen.slot, chosen.word)
    }

    /// The line and tag of a key; the tag is never 0, which marks an empty slot.
    private static func place(_ key: [UInt8]) -> (line: Int, tag: UInt64) {
        precondition(key.count >= 8)
        let number = key.withUnsafeBytes { UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)) }
        return (1 + Int(number % UInt64(lines)), max(1, number >> timeBits))
    }

    /// Microseconds since the machine started, including sleep. This clock cannot be set, and 48 bits cover nearly nine
    /// years.
    private static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_nsec) / 1000
    }
}
