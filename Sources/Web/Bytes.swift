import Glibc

/// Text from outside is compared and split by its bytes. Swift's `==`, `hasPrefix`, `split` and `Hashable` of `String`
/// and `Character` follow canonical equivalence (Unicode Standard, section 3.7): U+037E equals `;`, U+212A equals `K`,
/// and long runs of combining marks cost quadratic time.
extension StringProtocol {
    /// Lends the UTF-8 bytes as one block, without a copy if they are contiguous already, as in most strings.
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        utf8.withContiguousStorageIfAvailable { body(UnsafeRawBufferPointer($0)) }
            ?? Array(utf8).withUnsafeBytes(body)
    }

    /// Whether both have the same UTF-8 bytes.
    public func hasSameBytes(as other: some StringProtocol) -> Bool {
        withBytes { bytes in other.withBytes { bytes.hasSameBytes(as: $0) } }
    }

    /// Whether both have the same UTF-8 bytes, when A to Z count as a to z.
    public func hasSameBytes(asIgnoringASCIICase other: some StringProtocol) -> Bool {
        withBytes { bytes in other.withBytes { bytes.hasSameBytes(asIgnoringASCIICase: $0) } }
    }

    /// Whether the UTF-8 bytes begin with those of another text.
    package func beginsWithBytes(of other: some StringProtocol) -> Bool {
        utf8.starts(with: other.utf8)
    }

    /// Whether the UTF-8 bytes contain those of another, short text.
    package func containsBytes(of other: some StringProtocol) -> Bool {
        utf8.indices.contains { utf8[$0...].starts(with: other.utf8) }
    }

    /// The parts between the occurrences of this ASCII byte.
    package func split(
        atByte separator: UInt8, maxSplits: Int = .max, omittingEmptySubsequences: Bool = true
    ) -> [Substring] {
        Substring(self).utf8
            .split(separator: separator, maxSplits: maxSplits, omittingEmptySubsequences: omittingEmptySubsequences)
            .map { Substring($0) }
    }
}

/// The same for whole strings, without the cost of a generic call from another module.
extension String {
    /// Lends the UTF-8 bytes as one block.
    @inlinable
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        utf8.withContiguousStorageIfAvailable { body(UnsafeRawBufferPointer($0)) }
            ?? Array(utf8).withUnsafeBytes(body)
    }

    /// Whether both have the same UTF-8 bytes.
    @inlinable
    public func hasSameBytes(as other: String) -> Bool {
        utf8.count == other.utf8.count && withBytes { bytes in other.withBytes { bytes.hasSameBytes(as: $0) } }
    }

    /// Whether both have the same UTF-8 bytes, when A to Z count as a to z.
    @inlinable
    public func hasSameBytes(asIgnoringASCIICase other: String) -> Bool {
        withBytes { bytes in other.withBytes { bytes.hasSameBytes(asIgnoringASCIICase: $0) } }
    }
}

extension RawRepresentable<String> where Self: CaseIterable {
    /// The case with exactly this word; `nil` for others, also for canonically equivalent ones, which `init(rawValue:)`
    /// would accept.
    package init?(word: some StringProtocol) {
        guard let choice = Self.allCases.first(where: { $0.rawValue.hasSameBytes(as: word) }) else { return nil }
        self = choice
    }
}

extension UnsafeRawBufferPointer {
    /// Whether a condition holds for every byte. It checks all of them: processors compare many at once, but stopping
    /// at the first failure would need one at a time.
    @inlinable
    package func allBytes(satisfy condition: (UInt8) -> Bool) -> Bool {
        guard let bytes = baseAddress?.assumingMemoryBound(to: UInt8.self) else { return true }
        var (failures, index) = (0 as UInt8, 0)
        // A loop over `indices` would make the compiler take one byte at a time.
        while index < count {
            failures |= condition(bytes[index]) ? 0 : 1
            index &+= 1
        }
        return failures == 0
    }

    @usableFromInline
    func hasSameBytes(as other: UnsafeRawBufferPointer) -> Bool {
        guard count == other.count else { return false }
        guard let baseAddress, let otherAddress = other.baseAddress else { return true }
        return memcmp(baseAddress, otherAddress, count) == 0
    }

    @usableFromInline
    func hasSameBytes(asIgnoringASCIICase other: UnsafeRawBufferPointer) -> Bool {
        guard count == other.count else { return false }
        return indices.allSatisfy { self[$0].asciiLowercased == other[$0].asciiLowercased }
    }
}

extension UInt8 {
    /// Whether this is a visible character of ASCII.
    @inlinable
    package var isVisibleASCII: Bool { (0x21...0x7e).contains(self) }

    /// The small letter for a capital one of ASCII; else the byte itself.
    var asciiLowercased: UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self
    }
}
