package import FoundationEssentials
import Glibc
import Primitives

/// Writes bytes one after another: into its own memory, which grows, or into memory that was reserved for all of them.
/// An array would check at each piece whether it is shared.
package struct ByteWriter: ~Copyable {
    private var memory: UnsafeMutablePointer<UInt8>
    /// The size of the memory in bytes.
    private(set) var capacity: Int
    /// The number of bytes written.
    package private(set) var count = 0
    private let isOwner: Bool

    /// Makes a writer with memory of its own.
    init(capacity: Int = 512) {
        memory = .allocate(capacity: capacity)
        self.capacity = capacity
        isOwner = true
    }

    /// Writes into memory that is reserved elsewhere for as long as this writer lives, and never beyond it.
    fileprivate init(_ memory: UnsafeMutablePointer<UInt8>, capacity: Int) {
        self.memory = memory
        self.capacity = capacity
        isOwner = false
    }

    deinit {
        if isOwner { memory.deallocate() }
    }

    /// Lends the written bytes.
    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try body(UnsafeRawBufferPointer(start: memory, count: count))
    }

    /// Removes the written bytes, and keeps the memory.
    mutating func removeAll() {
        count = 0
    }

    @inline(__always)
    private mutating func makeRoom(for more: Int) {
        if more > capacity - count { grow(by: more) }
    }

    @inline(never)
    private mutating func grow(by more: Int) {
        precondition(isOwner, "more bytes were written than were reserved")
        capacity = max(2 * capacity, count + more)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        larger.update(from: memory, count: count)
        memory.deallocate()
        memory = larger
    }
}

// MARK: - Pieces

extension ByteWriter {
    /// Appends a byte.
    package mutating func append(_ byte: UInt8) {
        makeRoom(for: 1)
        memory[count] = byte
        count &+= 1
    }

    /// Appends bytes.
    package mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress else { return }
        makeRoom(for: bytes.count)
        memcpy(memory + count, source, bytes.count)
        count &+= bytes.count
    }

    /// Appends a literal of more than one character.
    package mutating func append(_ text: StaticString) {
        append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Appends a text.
    package mutating func append(text: String) {
        var text = text
        text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }

    /// Appends a number in decimal: at most 20 characters, including the sign.
    package mutating func append(decimal number: Int) {
        if number < 0 { append(UInt8(ascii: "-")) }
        var (rest, power) = (number.magnitude, 1 as UInt)
        while power <= rest / 10 { power *= 10 }
        while power > 0 {
            append(digit: rest / power)
            rest %= power
            power /= 10
        }
    }

    /// Appends `UUID.text`.
    package mutating func append(id: UUID) {
        makeRoom(for: UUIDText.length)
        UUIDText.write(id, to: UnsafeMutableRawBufferPointer(start: memory + count, count: UUIDText.length))
        count &+= UUIDText.length
    }

    /// Appends a digit, which is less than 10.
    @inline(__always)
    mutating func append(digit: UInt) {
        append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: digit))
    }
}

extension [UInt8] {
    /// Appends bytes that a closure writes.
    /// - Parameter length: the maximum number of bytes.
    package mutating func append(length: Int, _ write: (inout ByteWriter) -> Void) {
        append(addingCapacity: length) { span in
            span.withUnsafeMutableBufferPointer { memory, count in
                guard let start = memory.baseAddress else { return }
                var writer = ByteWriter(start, capacity: memory.count)
                write(&writer)
                count = writer.count
            }
        }
    }
}
