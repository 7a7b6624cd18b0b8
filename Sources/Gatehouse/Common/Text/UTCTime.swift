package import FoundationEssentials
import Glibc

extension Date {
    /// The time in UTC, formatted by strftime(3) in the C locale, which this program never changes.
    package func utc(_ format: String) -> String {
        var seconds = time_t(timeIntervalSince1970.rounded(.down))
        var parts = tm()
        gmtime_r(&seconds, &parts)
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
            let length = strftime(buffer.baseAddress, buffer.count, format, &parts)
            return String(decoding: buffer.prefix(length).map(UInt8.init(bitPattern:)), as: UTF8.self)
        }
    }
}
