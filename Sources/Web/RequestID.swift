/// The id of a request in answers, logs and the audit: `X-Request-Id`.
package enum RequestID {
    /// The caller's id if it has 1 to 64 characters of `[A-Za-z0-9._-]`; else a new one of 32 hexadecimal digits.
    package static func of(_ headers: HTTPFields) -> String {
        if let id = headers[single: .requestID], (1...64).contains(id.count),
            id.withUnsafeBytes({ $0.allBytes(satisfy: isAllowed) })
        {
            return String(decoding: id, as: UTF8.self)
        }
        return String(unsafeUninitializedCapacity: 32) { digits in
            var random = UInt128.random(in: .min ... .max)
            for index in 0..<32 {
                digits[index] = hexDigits[Int(random & 15)]
                random >>= 4
            }
            return 32
        }
    }

    private static let hexDigits = Array("0123456789abcdef".utf8)

    private static func isAllowed(_ byte: UInt8) -> Bool {
        byte.isAlphanumeric || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }
}
