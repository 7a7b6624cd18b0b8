import CAtomics
import Glibc

/// Buckets in a file that every process of a machine maps into its memory.
///
/// A slot is one 64-bit word: 16 bits that tell keys apart, and the microsecond in which the bucket is full again. It
/// changes by compare-and-swap only, so there are no locks, and a process that is killed at any moment leaves no slot
/// half written. A key has eight slots to be in, which are one cache line. When all are taken by others, it takes the
/// one that is nearest to being full: a table that is too small forgets, and never refuses.
///
/// Two keys that agree in line and tag, about one in 65,000 pairs of the same line, share a bucket.
final class SharedTable: Sendable {
    // The mapping is never moved, and its words are read and written by atomic operations only.
    private nonisolated(unsafe) let words: UnsafeMutablePointer<UInt64>

    /// Slots that a key can be in: a cache line.
    private static let lineSlots = 8
    /// Lines after the first, which holds the mark. A power of two; a slot for each of a million callers, in 8 MiB.
    private static let lines = 1 << 17
    private static let byteCount = (lines + 1) * lineSlots * MemoryLayout<UInt64>.size
    /// What the first word of the file says: the layout, and its version.
    private static let mark: UInt64 = 0x4741_5445_4c49_4d01
    private static let timeBits: UInt64 = 48

    /// Maps the file, and makes it where there is none or one of another layout.
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

    /// The same by another clock.
    /// - Parameter clock: microseconds since the machine started. It is read after the slot, or a request that was held
    ///   up in between would be counted by a time before those that overtook it.
    func take(_ bucket: RateLimiter.Bucket, at clock: @autoclosure () -> UInt64) -> RateLimitVerdict {
        let (line, tag) = Self.place(bucket.key)
        while true {
            let (slot, word) = find(tag, in: line)
            let now = clock()
            // Of another key's slot nothing is taken over.
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

    /// The slot of a key, or the one that it takes: an empty one, or the one that is full first.
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

    /// Where a key belongs; the tag is never 0, which is an empty slot's.
    private static func place(_ key: [UInt8]) -> (line: Int, tag: UInt64) {
        precondition(key.count >= 8)
        let number = key.withUnsafeBytes { UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)) }
        return (1 + Int(number % UInt64(lines)), max(1, number >> timeBits))
    }

    /// Microseconds since the machine started, sleep included: nobody sets this clock. 48 bits of them are nearly nine
    /// years.
    private static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_nsec) / 1000
    }
}
