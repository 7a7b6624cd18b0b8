public import FoundationEssentials
import Glibc
import Identifiers

/// Text is written into memory that was reserved for all of it, so that an array asks once whether it is shared and has
/// room, and not at each piece.
extension OutputSpan<UInt8> {
    /// Appends bytes.
    public mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress else { return }
        withUnsafeMutableBufferPointer { memory, count in
            precondition(bytes.count <= memory.count - count)
            if let target = memory.baseAddress { memcpy(target + count, source, bytes.count) }
            count += bytes.count
        }
    }

    /// Appends text that stands in the source code.
    public mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { append(UnsafeRawBufferPointer($0)) }
    }

    /// Appends a text.
    public mutating func append(_ text: String) {
        text.withBytes { append($0) }
    }

    /// Appends an ASCII character.
    mutating func append(_ character: Unicode.Scalar) {
        append(UInt8(ascii: character))
    }

    /// Appends a number in decimal digits, of which there are 20 at most, its sign included.
    public mutating func append(decimal number: Int) {
        guard !(0...9).contains(number) else {
            return append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number))
        }
        if number < 0 { append(UInt8(ascii: "-")) }
        var (rest, power) = (number.magnitude, 1 as UInt)
        while power <= rest / 10 { power *= 10 }
        while power > 0 {
            append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest / power))
            rest %= power
            power /= 10
        }
    }

    /// Appends `UUID.text`.
    public mutating func append(id: UUID) {
        withUnsafeMutableBufferPointer { memory, count in
            precondition(UUIDText.length <= memory.count - count)
            UUIDText.write(
                id, to: UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: memory[count...])))
            count += UUIDText.length
        }
    }
}
