public import FoundationEssentials

extension UUID {
    /// The 36-character form in lower case (RFC 9562, section 4).
    public var text: String {
        var text: [UInt8] = []
        text.append(id: self)
        return String(decoding: text, as: UTF8.self)
    }

    /// Reads the 36-character form, in either case. `UUID(uuidString:)` takes blanks and signs for digits.
    public init?(text: some StringProtocol) {
        guard text.utf8.count == 36 else { return nil }
        var id = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)).uuid
        var rest = text.utf8.makeIterator()
        for place in 0..<16 {
            if hyphenPrecedes(octet: place), rest.next() != UInt8(ascii: "-") { return nil }
            guard let high = rest.next()?.hexDigit, let low = rest.next()?.hexDigit else { return nil }
            withUnsafeMutableBytes(of: &id) { $0[place] = high << 4 | low }
        }
        self.init(uuid: id)
    }
}

private func hyphenPrecedes(octet place: Int) -> Bool {
    place == 4 || place == 6 || place == 8 || place == 10
}

extension [UInt8] {
    /// Appends `UUID.text`.
    mutating func append(id: UUID) {
        append(addingCapacity: 36) { text in
            Swift.withUnsafeBytes(of: id.uuid) { octets in
                for place in 0..<16 {
                    if hyphenPrecedes(octet: place) { text.append(UInt8(ascii: "-")) }
                    text.append(Self.hexDigit(octets[place] >> 4))
                    text.append(Self.hexDigit(octets[place] & 15))
                }
            }
        }
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") - 10 + value
    }
}
