public import FoundationEssentials

/// The 36 characters of a UUID (RFC 9562, section 4), read and written in the caller's memory.
public enum UUIDText {
    /// The number of characters.
    public static let length = 36

    private static let hyphen = UInt8(ascii: "-")

    /// Reads digits of either case with hyphens in their places, and nothing else. `UUID(uuidString:)` also accepts
    /// blanks and signs as digits.
    public static func read(_ text: UnsafeRawBufferPointer) -> UUID? {
        guard text.count == length else { return nil }
        var id: uuid_t = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        var position = 0
        for octet in 0..<16 {
            if hyphenPrecedes(octet) {
                guard text[position] == hyphen else { return nil }
                position += 1
            }
            guard let high = value(of: text[position]), let low = value(of: text[position + 1]) else { return nil }
            withUnsafeMutableBytes(of: &id) { $0[octet] = high << 4 | low }
            position += 2
        }
        return UUID(uuid: id)
    }

    /// Writes the text in lower case.
    /// - Parameter text: at least `length` bytes.
    public static func write(_ id: UUID, to text: UnsafeMutableRawBufferPointer) {
        withUnsafeBytes(of: id.uuid) { octets in
            var position = 0
            for octet in 0..<16 {
                if hyphenPrecedes(octet) {
                    text[position] = hyphen
                    position += 1
                }
                text[position] = digit(octets[octet] >> 4)
                text[position + 1] = digit(octets[octet] & 15)
                position += 2
            }
        }
    }

    private static func hyphenPrecedes(_ octet: Int) -> Bool {
        octet == 4 || octet == 6 || octet == 8 || octet == 10
    }

    private static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") - 10 + value
    }
}
