import CAtomics
import Glibc

/// The shared counters of the processes of a machine: a file that each of them maps into its memory.
///
/// After its head come *slots*, one for each process, with its current state, and *blocks*, each with a name and words
/// that processes only add to. Blocks outlast processes: a later process, even of another version of the program, finds
/// them by their names, continues to count, and appends the blocks that are missing. So no count is lost when a process
/// is killed or replaced, and no counter goes down before the file is removed.
///
/// A slot belongs to the process that holds the lock on its byte of the file. The kernel releases the lock however the
/// process ends, so processes that are gone are not shown.
final class MetricsFile: Sendable {
    /// The memory of a block's counters.
    typealias Words = UnsafeMutablePointer<UInt64>

    // Its words are only read and written by atomic operations, and stay mapped as long as the process lives, since
    // counters hold addresses.
    private nonisolated(unsafe) let words: Words
    /// -1 if this process counts for itself.
    private let descriptor: Int32
    /// This process' slot.
    private let slot: Int

    /// The first word of the file: the layout and its version. Another version of the blocks' content needs another
    /// mark.
    private static let mark: UInt64 = 0x4741_5445_4d45_5402
    static let byteCount = 1 << 20
    private static let wordCount = byteCount / MemoryLayout<UInt64>.size
    /// The index of the word with the end of the blocks.
    private static let endWord = 1
    private static let line = 8

    private static let firstSlot = 16
    private static let slotWords = 16
    private static let slotCount = 126
    private static let firstBlock = firstSlot + slotWords * slotCount

    /// Maps the file; creates it if it is missing, has another layout, or is more than half full.
    /// - Parameter path: `nil` to count for this process alone.
    init(path: String?) throws(SharedFile.Failure) {
        guard let path else {
            words = try SharedFile.memory(setting: Self.setting, byteCount: Self.byteCount)
            (descriptor, slot) = (-1, 0)
            settle()
            return
        }
        let file = SharedFile(
            setting: Self.setting, path: path, byteCount: Self.byteCount, mark: Self.mark, isUsable: Self.hasRoom)
        descriptor = try file.open()
        words = try file.map(descriptor)
        guard let slot = (0..<Self.slotCount).first(where: { [descriptor] in Self.lock(descriptor, $0) }) else {
            throw file.failure(EUSERS)
        }
        self.slot = slot
        settle()
    }

    deinit {
        guard descriptor >= 0 else { return }
        // The mapping stays and keeps the open file with its locks, so closing alone would not release the slot.
        Self.unlock(descriptor, slot)
        close(descriptor)
    }

    private static let setting = "GATEHOUSE_METRICS_FILE"

    private static func hasRoom(_ descriptor: Int32) -> Bool {
        var end: UInt64 = 0
        return pread(descriptor, &end, 8, off_t(8 * endWord)) == 8 && end < UInt64(wordCount / 2)
    }

    // MARK: - Blocks

    /// The content of a block.
    struct Block {
        /// The words of its name.
        let name: [Substring]
        let values: [UInt64]
    }

    /// The words of a block, found by its name or appended.
    /// - Parameter name: words without line breaks.
    func block(_ name: [String], count: Int) throws(SharedFile.Failure) -> Words {
        if descriptor >= 0 { flock(descriptor, LOCK_EX) }
        defer { if descriptor >= 0 { flock(descriptor, LOCK_UN) } }
        let text = Array(name.joined(separator: "\n").utf8)
        var start = Self.firstBlock
        while let found = place(at: start) {
            if found.count == count, found.name.elementsEqual(text) { return words + found.values }
            start = found.end
        }
        let head = UInt64(text.count) << 32 | UInt64(count)
        let place = Self.place(at: start, head)
        guard place.end <= Self.wordCount else {
            throw SharedFile.Failure(setting: Self.setting, path: "it", code: ENOSPC)
        }
        // The block exists once the end has moved. A process killed before that leaves bytes after the end, so all
        // words are written.
        for word in start..<place.end { words[word] = 0 }
        words[start] = head
        UnsafeMutableRawPointer(words + start + 1).copyMemory(from: text, byteCount: text.count)
        gatehouse_atomic_store(words + Self.endWord, UInt64(place.end))
        return words + place.values
    }

    /// Every block of the file, including those of other versions of the program.
    func blocks() -> [Block] {
        var blocks: [Block] = []
        var start = Self.firstBlock
        while let found = place(at: start) {
            let values = (0..<found.count).map { gatehouse_atomic_load(words + found.values + $0) }
            blocks.append(
                Block(name: String(decoding: found.name, as: UTF8.self).split(separator: "\n"), values: values))
            start = found.end
        }
        return blocks
    }

    private func place(
        at start: Int
    ) -> (name: UnsafeRawBufferPointer, values: Int, count: Int, end: Int)? {
        let end = min(max(Self.firstBlock, Int(clamping: gatehouse_atomic_load(words + Self.endWord))), Self.wordCount)
        guard start < end else { return nil }
        let head = words[start]
        let place = Self.place(at: start, head)
        // A file that something else has modified ends here.
        guard place.end <= end else { return nil }
        let name = UnsafeRawBufferPointer(start: words + start + 1, count: Int(head >> 32))
        return (name, place.values, Int(head & 0xffff_ffff), place.end)
    }

    /// A block consists of a word with the lengths, its name, and the values from the next cache line on.
    private static func place(at start: Int, _ head: UInt64) -> (values: Int, end: Int) {
        let nameWords = (Int(head >> 32) + 7) / 8
        let values = start + rounded(1 + nameWords)
        return (values, values + rounded(Int(head & 0xffff_ffff)))
    }

    private static func rounded(_ words: Int) -> Int { (words + line - 1) / line * line }
}

extension MetricsFile {
    /// The current state of one process.
    struct Process {
        let slot: Int
        let id: Int32
        /// Microseconds since 1970.
        let start: UInt64
        /// Indexed by `Gauge.Name.rawValue`.
        let gauges: [UInt64]
    }

    private static let idWord = 0
    private static let startWord = 1
    private static let firstGauge = 2

    /// A word of this process' slot.
    func gauge(_ index: Int) -> Words {
        words + Self.firstSlot + slot * Self.slotWords + Self.firstGauge + index
    }

    /// The running processes.
    func processes() -> [Process] {
        (0..<Self.slotCount).compactMap { number in
            let first = words + Self.firstSlot + number * Self.slotWords
            let id = gatehouse_atomic_load(first + Self.idWord)
            guard id != 0, number == slot || descriptor >= 0 && Self.isLocked(descriptor, number) else { return nil }
            return Process(
                slot: number, id: Int32(truncatingIfNeeded: id), start: gatehouse_atomic_load(first + Self.startWord),
                gauges: (Self.firstGauge..<Self.slotWords).map { gatehouse_atomic_load(first + $0) })
        }
    }

    /// Clears the slot, which may contain values of a former process.
    private func settle() {
        let first = words + Self.firstSlot + slot * Self.slotWords
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        gatehouse_atomic_store(first + Self.startWord, UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_nsec) / 1000)
        for word in Self.firstGauge..<Self.slotWords { gatehouse_atomic_store(first + word, 0) }
        gatehouse_atomic_store(first + Self.idWord, UInt64(getpid()))
    }

    // Locks of the open file, not of the process (fcntl(2), "Open file description locks"): two separate opens exclude
    // each other, and the lock ends with the descriptor. Swift does not import the names of these commands.
    private static let getOpenFileLock: Int32 = 36
    private static let setOpenFileLock: Int32 = 37

    private static func lock(_ descriptor: Int32, _ slot: Int) -> Bool {
        var lock = byte(slot)
        return fcntl(descriptor, setOpenFileLock, &lock) == 0
    }

    private static func unlock(_ descriptor: Int32, _ slot: Int) {
        var lock = byte(slot)
        lock.l_type = Int16(F_UNLCK)
        _ = fcntl(descriptor, setOpenFileLock, &lock)
    }

    private static func isLocked(_ descriptor: Int32, _ slot: Int) -> Bool {
        var lock = byte(slot)
        return fcntl(descriptor, getOpenFileLock, &lock) == 0 && lock.l_type != Int16(F_UNLCK)
    }

    private static func byte(_ slot: Int) -> flock {
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        lock.l_start = off_t(slot)
        lock.l_len = 1
        return lock
    }
}
