public import HTTPTypes

/// The name a request goes by in answers, logs and the audit: `X-Request-Id`.
public enum RequestID {
    /// The caller's own id where it is 1 to 64 characters of `[A-Za-z0-9._-]`; else a new one of 32 hexadecimal digits.
    public static func of(_ headers: HTTPFields) -> String {
        if let id = headers[.requestID], (1...64).contains(id.utf8.count), id.utf8.allSatisfy(isAllowed) { return id }
        var digits = ""
        for _ in 0..<2 {
            let half = String(UInt64.random(in: .min ... .max), radix: 16)
            digits += String(repeating: "0", count: 16 - half.count) + half
        }
        return digits
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        byte.isAlphanumeric || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }
}
