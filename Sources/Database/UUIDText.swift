import FoundationEssentials

/// The 36 characters of a UUID (RFC 9562, section 4), read and written without a `String`.
extension UUID {
    /// How many characters the text of a UUID has.
    static let textLength = 36

    /// Where the two digits of each byte begin.
    private static let positions: [Int] = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34]
    private static let digits: StaticString = "0123456789abcdef"

    /// Reads digits of either case with hyphens in their places, and nothing else.
    init?(text: UnsafeRawBufferPointer) {
        guard text.count == Self.textLength, text[8] == Self.hyphen, text[13] == Self.hyphen,
            text[18] == Self.hyphen, text[23] == Self.hyphen
        else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for (index, position) in Self.positions.enumerated() {
            guard let first = Self.value(of: text[position]), let second = Self.value(of: text[position + 1])
            else { return nil }
            let byte = UInt64(first << 4 | second)
            if index < 8 { high = high << 8 | byte } else { low = low << 8 | byte }
        }
        var bytes: uuid_t = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        withUnsafeMutableBytes(of: &bytes) { memory in
            memory.storeBytes(of: high.bigEndian, as: UInt64.self)
            memory.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
        }
        self.init(uuid: bytes)
    }

    /// Reads the text of a UUID.
    init?(text: String) {
        var text = text
        let uuid = text.withUTF8 { UUID(text: UnsafeRawBufferPointer($0)) }
        guard let uuid else { return nil }
        self = uuid
    }

    /// Writes the text in lower case.
    /// - Parameter text: at least `textLength` bytes.
    func write(to text: UnsafeMutableRawBufferPointer) {
        withUnsafeBytes(of: uuid) { bytes in
            for (byte, position) in zip(bytes, Self.positions) {
                text[position] = Self.digits.utf8Start[Int(byte >> 4)]
                text[position + 1] = Self.digits.utf8Start[Int(byte & 15)]
            }
        }
        for position in [8, 13, 18, 23] { text[position] = Self.hyphen }
    }

    private static let hyphen = UInt8(ascii: "-")

    private static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
