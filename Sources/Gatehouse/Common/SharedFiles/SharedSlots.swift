import CAtomics
import Glibc

/// A table of small values by key, in a file that every process of a machine maps into its memory.
///
/// A slot is one 64-bit word: a tag that distinguishes keys, and a value, 0 for none. It only changes by
/// compare-and-swap, so there are no locks, and a killed process never leaves a half-written slot. A key can be in
/// eight slots, which are one cache line. If other keys hold them all, it takes the slot with the smallest value: a
/// table that is too small forgets.
///
/// Two keys that agree in line and tag share a slot: one in 65,536 pairs of the same line where 48 bits are of the
/// value. So keys are made with a secret, or others could search for such a pair.
final class SharedSlots: Sendable {
    // The mapping never moves, and its words are only read and written by atomic operations.
    private nonisolated(unsafe) let words: UnsafeMutablePointer<UInt64>
    private let lines: Int
    private let byteCount: Int

    /// The number of slots for a key: a cache line.
    private static let lineSlots = 8
    private let valueBits: UInt64

    /// Maps the file; creates it if it is missing or has another layout.
    /// - Parameters:
    ///   - setting: the setting that names the file.
    ///   - path: `nil` for memory of this process alone.
    ///   - lines: the number of cache lines, a power of two. The first line of the file, with its mark, comes on top.
    ///   - valueBits: the bits of a value; the tag has the others.
    ///   - mark: the layout and its version.
    init(
        setting: String, path: String?, lines: Int, valueBits: UInt64 = 48, mark: UInt64
    ) throws(SharedFile.Failure) {
        self.lines = lines
        self.valueBits = valueBits
        byteCount = (lines + 1) * Self.lineSlots * MemoryLayout<UInt64>.size
        guard let path else {
            words = try SharedFile.memory(setting: setting, byteCount: byteCount)
            return
        }
        let file = SharedFile(setting: setting, path: path, byteCount: byteCount, mark: mark)
        let descriptor = try file.open()
        defer { close(descriptor) }
        words = try file.map(descriptor)
    }

    deinit {
        munmap(words, byteCount)
    }

    /// Changes the value of a key.
    /// - Parameters:
    ///   - key: at least eight octets that are spread evenly, such as those of a hash.
    ///   - body: takes the value, 0 if there is none, and returns the new one; `nil` to leave it. It runs again if
    ///     another thread or process changes the slot meanwhile.
    func change<Result>(of key: [UInt8], _ body: (UInt64) -> (value: UInt64?, Result)) -> Result {
        let (line, tag) = place(key)
        while true {
            let (slot, word) = find(tag, in: line)
            let (value, result) = body(word >> valueBits == tag ? word & (1 << valueBits - 1) : 0)
            guard let value else { return result }
            if gatehouse_atomic_exchange(slot, word, tag << valueBits | value) { return result }
        }
    }

    /// The slot of a key, or the one that it will take: an empty one, or the one with the smallest value.
    private func find(_ tag: UInt64, in line: Int) -> (slot: UnsafeMutablePointer<UInt64>, word: UInt64) {
        let first = words + line * Self.lineSlots
        var chosen = (slot: first, word: UInt64.max, value: UInt64.max)
        for slot in first..<first + Self.lineSlots {
            let word = gatehouse_atomic_load(slot)
            if word >> valueBits == tag { return (slot, word) }
            let value = word & (1 << valueBits - 1)
            if value < chosen.value { chosen = (slot, word, value) }
        }
        return (chosen.slot, chosen.word)
    }

    /// The line and tag of a key; the tag is never 0, which marks an empty slot.
    private func place(_ key: [UInt8]) -> (line: Int, tag: UInt64) {
        precondition(key.count >= 8)
        let number = key.withUnsafeBytes { UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)) }
        return (1 + Int(number % UInt64(lines)), max(1, number >> valueBits))
    }
}

/// Microseconds since the machine started, including sleep. This clock cannot be set, it is the same in every process,
/// and 48 bits of it cover nearly nine years.
func microsecondsSinceBoot() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_BOOTTIME, &time)
    return UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_nsec) / 1000
}
