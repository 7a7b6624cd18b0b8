import CAtomics
import Glibc

/// What the processes of a machine count together: a file that each maps into its memory.
///
/// After its head come *slots*, one for each process, with what is true of that process now, and *blocks*, each under a
/// name, with words that every process only ever adds to. Blocks outlast processes: who comes later finds them by their
/// names and counts on, be it another version of the program, and what it knows in addition it appends. So nothing that
/// was counted is lost when a process is killed or replaced, and no counter goes down before the file is removed.
///
/// A slot belongs to the process that holds the lock on its byte of the file. The kernel gives the lock back however
/// the process ends, so nothing is shown of a process that is gone.
final class MetricsFile: Sendable {
    /// Where a block keeps what is counted.
    typealias Words = UnsafeMutablePointer<UInt64>

    // Its words are read and written by atomic operations only, and mapped for as long as the process lives: whoever
    // counts holds an address.
    private nonisolated(unsafe) let words: Words
    /// -1 where this process counts for itself.
    private let descriptor: Int32
    /// This process' slot.
    private let slot: Int

    /// What the first word of the file says: the layout, and its version. Another version of what the blocks hold is
    /// another mark.
    private static let mark: UInt64 = 0x4741_5445_4d45_5402
    static let byteCount = 1 << 20
    private static let wordCount = byteCount / MemoryLayout<UInt64>.size
    /// The word that says where the blocks end.
    private static let endWord = 1
    private static let line = 8

    private static let firstSlot = 16
    private static let slotWords = 16
    private static let slotCount = 126
    private static let firstBlock = firstSlot + slotWords * slotCount

    /// Maps the file, and makes it where there is none, or one of another layout or more than half full.
    /// - Parameter path: `nil` to count for this process alone.
    init(path: String?) throws(SharedFile.Failure) {
        guard let path else {
            let memory = mmap(nil, Self.byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
            guard let memory, memory != MAP_FAILED else {
                throw SharedFile.Failure(setting: Self.setting, path: "memory", code: errno)
            }
            words = memory.assumingMemoryBound(to: UInt64.self)
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
        // The mapping stays, and keeps what was opened with its locks; so closing alone would keep the slot taken.
        Self.unlock(descriptor, slot)
        close(descriptor)
    }

    private static let setting = "GATEHOUSE_METRICS_FILE"

    private static func hasRoom(_ descriptor: Int32) -> Bool {
        var end: UInt64 = 0
        return pread(descriptor, &end, 8, off_t(8 * endWord)) == 8 && end < UInt64(wordCount / 2)
    }

    // MARK: - Blocks

    /// What a block holds.
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
        // The block is there when the end has moved. Who is killed before leaves bytes behind the end, so all are
        // written.
        for word in start..<place.end { words[word] = 0 }
        words[start] = head
        UnsafeMutableRawPointer(words + start + 1).copyMemory(from: text, byteCount: text.count)
        gatehouse_atomic_store(words + Self.endWord, UInt64(place.end))
        return words + place.values
    }

    /// Every block of the file, those of other versions of the program too.
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
        // A file that something else has written to ends here.
        guard place.end <= end else { return nil }
        let name = UnsafeRawBufferPointer(start: words + start + 1, count: Int(head >> 32))
        return (name, place.values, Int(head & 0xffff_ffff), place.end)
    }

    /// A block is a word with the lengths, its name, and the values from the next cache line on.
    private static func place(at start: Int, _ head: UInt64) -> (values: Int, end: Int) {
        let nameWords = (Int(head >> 32) + 7) / 8
        let values = start + rounded(1 + nameWords)
        return (values, values + rounded(Int(head & 0xffff_ffff)))
    }

    private static func rounded(_ words: Int) -> Int { (words + line - 1) / line * line }
}

extension MetricsFile {
    /// What is true of one process now.
    struct Process {
        let slot: Int
        let id: Int32
        /// Microseconds since 1970.
        let start: UInt64
        /// By `Gauge.Name.rawValue`.
        let gauges: [UInt64]
    }

    private static let idWord = 0
    private static let startWord = 1
    private static let firstGauge = 2

    /// A word of this process' slot.
    func gauge(_ index: Int) -> Words {
        words + Self.firstSlot + slot * Self.slotWords + Self.firstGauge + index
    }

    /// The processes that are there now.
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

    /// Moves into the slot, in which the process before may have left something.
    private func settle() {
        let first = words + Self.firstSlot + slot * Self.slotWords
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        gatehouse_atomic_store(first + Self.startWord, UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_nsec) / 1000)
        for word in Self.firstGauge..<Self.slotWords { gatehouse_atomic_store(first + word, 0) }
        gatehouse_atomic_store(first + Self.idWord, UInt64(getpid()))
    }

    // Locks of the open file, not of the process (fcntl(2), "Open file description locks"): two that have opened it on
    // their own exclude each other, and the lock goes with the descriptor. Swift does not import the names of these
    // commands.
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
