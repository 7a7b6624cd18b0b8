import FoundationEssentials
import Web

/// The header field `Retry-After` (RFC 9110, section 10.2.3).
enum RetryAfter {
    /// The requested wait; `nil` if the field cannot be read.
    static func parse(_ field: String, at now: Date = Date()) -> Duration? {
        if let seconds = UInt32(field) { return .seconds(Int(seconds)) }
        return HTTPDate.parse(field).map { .seconds(max(0, $0.timeIntervalSince(now))) }
    }
}
