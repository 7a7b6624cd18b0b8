public import FoundationEssentials

extension UUID {
    /// A new UUID of version 7 (RFC 9562, section 5.7): milliseconds since 1970, then 74 random bits, so rows sort by
    /// age.
    public static func v7(at time: Date = Date()) -> UUID {
        let milliseconds = UInt64((max(0, time.timeIntervalSince1970) * 1000).rounded())
        var bytes = UUID().uuid
        bytes.0 = UInt8(truncatingIfNeeded: milliseconds >> 40)
        bytes.1 = UInt8(truncatingIfNeeded: milliseconds >> 32)
        bytes.2 = UInt8(truncatingIfNeeded: milliseconds >> 24)
        bytes.3 = UInt8(truncatingIfNeeded: milliseconds >> 16)
        bytes.4 = UInt8(truncatingIfNeeded: milliseconds >> 8)
        bytes.5 = UInt8(truncatingIfNeeded: milliseconds)
        bytes.6 = bytes.6 & 0x0f | 0x70
        return UUID(uuid: bytes)
    }
}
