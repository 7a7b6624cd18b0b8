/// Text from outside is compared and split by its bytes. Swift's `==`, `hasPrefix`, `split` and `Hashable` of `String` and
/// `Character` follow canonical equivalence (Unicode Standard, section 3.7): U+037E equals `;`, U+212A equals `K`, and long
/// runs of combining marks cost quadratic time.
extension StringProtocol {
    /// Whether both have the same UTF-8 bytes.
    public func hasSameBytes(as other: some StringProtocol) -> Bool {
        utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8)
    }

    /// Whether both have the same UTF-8 bytes, when A to Z count as a to z.
    public func hasSameBytes(asIgnoringASCIICase other: some StringProtocol) -> Bool {
        utf8.elementsEqual(other.utf8) { $0.asciiLowercased == $1.asciiLowercased }
    }

    /// Whether the UTF-8 bytes begin with those of another text.
    public func beginsWithBytes(of other: some StringProtocol) -> Bool {
        utf8.starts(with: other.utf8)
    }

    /// Whether the UTF-8 bytes of another, short text stand somewhere among these.
    public func containsBytes(of other: some StringProtocol) -> Bool {
        utf8.indices.contains { utf8[$0...].starts(with: other.utf8) }
    }

    /// The parts between the places where this ASCII byte stands.
    public func split(
        atByte separator: UInt8, maxSplits: Int = .max, omittingEmptySubsequences: Bool = true
    ) -> [Substring] {
        Substring(self).utf8
            .split(separator: separator, maxSplits: maxSplits, omittingEmptySubsequences: omittingEmptySubsequences)
            .map { Substring($0) }
    }
}

extension RawRepresentable<String> where Self: CaseIterable {
    /// The case of this word; `nil` for every other, such as one that `init(rawValue:)` would take for canonically equivalent.
    public init?(word: some StringProtocol) {
        guard let choice = Self.allCases.first(where: { $0.rawValue.hasSameBytes(as: word) }) else { return nil }
        self = choice
    }
}

extension UInt8 {
    /// Whether this is a visible character of ASCII.
    public var isVisibleASCII: Bool { (0x21...0x7e).contains(self) }

    /// The small letter for a capital one of ASCII; else the byte itself.
    var asciiLowercased: UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self
    }
}
