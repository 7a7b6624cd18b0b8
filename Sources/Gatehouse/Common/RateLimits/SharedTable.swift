import CAtomics
import Glibc

/// Buckets in a file that every process of a machine maps into its memory.
///
/// A slot is one 64-bit word: 16 bits that tell keys apart, and the microsecond in which the bucket is full again. It
/// changes by compare-and-swap only, so there are no locks, and a process that is killed at any moment leaves no slot half
/// written. A key has eight slots to be in, which are one cache line. When all are taken by others, it takes the one that is
/// nearest to being full: a table that is too small forgets, and never refuses.
///
/// Two keys that agree in line and tag, about one in 65,000 pairs of the same line, share a bucket.
final class SharedTable: Sendable {
    /// The file cannot be used.
    struct Failure: Error, CustomStringConvertible {
        let path: String
        let code: Int32

        var description: String {
            "GATEHOUSE_RATE_LIMIT_FILE: cannot use \(path): \(String(cString: strerror(code)))"
        }
    }

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
    init(path: String) throws(Failure) {
        let descriptor = try Self.file(path)
        defer { close(descriptor) }
        guard
            let mapping = mmap(nil, Self.byteCount, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
            mapping != MAP_FAILED
        else { throw Failure(path: path, code: errno) }
        words = mapping.assumingMemoryBound(to: UInt64.self)
    }

    deinit {
        munmap(words, Self.byteCount)
    }

    /// Takes one unit of a bucket.
    func take(_ bucket: RateLimiter.Bucket) -> RateLimitVerdict {
        take(bucket, at: Self.now())
    }

    /// The same by another clock.
    /// - Parameter clock: microseconds since the machine started. It is read after the slot, or a request that was held up
    ///   in between would be counted by a time before those that overtook it.
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
        for slot in (0..<Self.lineSlots).map({ first + $0 }) {
            let word = gatehouse_atomic_load(slot)
            if word >> Self.timeBits == tag { return (slot, word) }
            let fullAt = word & (1 << Self.timeBits - 1)
            if fullAt < chosen.fullAt { chosen = (slot, word, fullAt) }
        }
        return (chosen.slot, chosen.word)
    }

    /// Where a key belongs; the tag is never 0, which is an empty slot's.
    private static func place(_ key: [UInt8]) -> (line: Int, tag: UInt64) {
        let number = key.prefix(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
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

extension SharedTable {
    /// Opens the file, made anew where it is missing or of another layout. Another file then takes its name, and processes that
    /// have mapped the old one keep that until they end. The lock on the folder lets one process at a time do this, and goes with
    /// the process that holds it.
    private static func file(_ path: String) throws(Failure) -> Int32 {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard lock >= 0 else { throw Failure(path: path, code: errno) }
        defer { close(lock) }
        guard flock(lock, LOCK_EX) == 0 else { throw Failure(path: path, code: errno) }

        let present = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
        if present >= 0 {
            if isOurs(present) { return present }
            close(present)
        } else if errno != ENOENT {
            throw Failure(path: path, code: errno)
        }
        return try make(path)
    }

    private static func make(_ path: String) throws(Failure) -> Int32 {
        let draft = path + ".new"
        unlink(draft)
        let descriptor = open(draft, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Failure(path: path, code: errno) }
        // With its blocks: a page that the disk has no room for would kill who touches it.
        var code = posix_fallocate(descriptor, 0, off_t(byteCount))
        var first = mark
        if code == 0, write(descriptor, &first, 8) != 8 || rename(draft, path) != 0 { code = errno }
        guard code == 0 else {
            close(descriptor)
            unlink(draft)
            throw Failure(path: path, code: code)
        }
        return descriptor
    }

    private static func isOurs(_ descriptor: Int32) -> Bool {
        var first: UInt64 = 0
        return lseek(descriptor, 0, SEEK_END) == off_t(byteCount) && pread(descriptor, &first, 8, 0) == 8
            && first == mark
    }
}
