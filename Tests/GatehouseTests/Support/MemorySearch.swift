import Glibc

/// Searches for bytes in the memory of this process. The memory that holds the bytes and what was read is left out.
final class MemorySearch {
    private let memory: UnsafeMutableRawBufferPointer
    private let wanted: UnsafeMutableRawBufferPointer
    private let read: UnsafeMutableRawBufferPointer

    /// `/proc` could not be read, or there is no memory.
    struct Failure: Error {}

    private static let readCount = 1 << 20
    /// Larger mappings belong to the sanitizers, or are hardly used.
    private static let largest = 1 << 30

    /// - Parameter write: writes down what is looked for.
    init(byteCount: Int, _ write: (UnsafeMutableRawBufferPointer) -> Void) throws {
        let count = Self.readCount + byteCount
        guard let start = mmap(nil, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
            start != MAP_FAILED
        else { throw Failure() }
        memory = UnsafeMutableRawBufferPointer(start: start, count: count)
        read = UnsafeMutableRawBufferPointer(rebasing: memory[..<Self.readCount])
        wanted = UnsafeMutableRawBufferPointer(rebasing: memory[Self.readCount...])
        write(wanted)
    }

    deinit { munmap(memory.baseAddress, memory.count) }

    /// The number of occurrences.
    func count() throws -> Int {
        let file = open("/proc/self/mem", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw Failure() }
        defer { close(file) }
        // A block begins with the end of the one before it, which is shorter than an occurrence.
        let step = Self.readCount - wanted.count + 1
        var sum = 0
        for mapping in try mappings() {
            for start in stride(from: mapping.lowerBound, to: mapping.upperBound, by: step) {
                let length = min(read.count, mapping.upperBound - start)
                sum += count(in: pread(file, read.baseAddress, length, start))
            }
        }
        return sum
    }

    /// The number of occurrences in what was read; other threads may have unmapped some of it before.
    private func count(in length: Int) -> Int {
        guard let start = read.baseAddress, let bytes = wanted.baseAddress, length >= wanted.count else { return 0 }
        var (count, offset) = (0, 0)
        while offset + wanted.count <= length,
            let found = memchr(start + offset, Int32(wanted[0]), length - wanted.count + 1 - offset)
        {
            if memcmp(found, bytes, wanted.count) == 0 { count += 1 }
            offset = start.distance(to: found) + 1
        }
        return count
    }

    /// The writable mappings, in order, without those of this search.
    private func mappings() throws -> [Range<Int>] {
        guard let file = fopen("/proc/self/maps", "r") else { throw Failure() }
        defer { fclose(file) }
        let own = Int(bitPattern: memory.baseAddress)
        var mappings: [Range<Int>] = []
        while let line = readLine(from: file) {
            let words = line.split(separator: " ", maxSplits: 2)
            let ends = words[0].split(separator: "-").compactMap { Int($0, radix: 16) }
            guard words.count > 1, words[1].hasPrefix("rw"), ends.count == 2 else { continue }
            let mapping = ends[0]..<ends[1]
            guard mapping.count <= Self.largest else { continue }
            // The kernel shows neighbours with equal rights as one.
            let parts = [mapping.clamped(to: 0..<own), mapping.clamped(to: own + memory.count..<Int.max)]
            mappings += parts.filter { !$0.isEmpty }
        }
        return mappings
    }

    private func readLine(from file: UnsafeMutablePointer<FILE>) -> String? {
        var (line, capacity): (UnsafeMutablePointer<CChar>?, Int) = (nil, 0)
        defer { free(line) }
        guard getline(&line, &capacity, file) > 0, let line else { return nil }
        return String(cString: line)
    }
}
