public import HTTPTypes

extension HTTPField.Name {
    /// `X-Request-Id`
    public static let requestID = known("X-Request-Id")
    /// `Sec-Fetch-Site` (W3C Fetch Metadata)
    public static let secFetchSite = known("Sec-Fetch-Site")
    /// `X-RateLimit-Limit`
    public static let xRateLimitLimit = known("X-RateLimit-Limit")
    /// `X-RateLimit-Remaining`
    public static let xRateLimitRemaining = known("X-RateLimit-Remaining")
    /// `X-RateLimit-Reset`, in seconds from now
    public static let xRateLimitReset = known("X-RateLimit-Reset")
    /// `RateLimit` (draft-ietf-httpapi-ratelimit-headers)
    public static let rateLimit = known("RateLimit")
    /// `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers)
    public static let rateLimitPolicy = known("RateLimit-Policy")
    /// `Idempotency-Key` (IETF draft)
    public static let idempotencyKey = known("Idempotency-Key")
    /// `Idempotent-Replayed`: there where an earlier answer is given again
    public static let idempotentReplayed = known("Idempotent-Replayed")
    /// `Referrer-Policy` (W3C)
    public static let referrerPolicy = known("Referrer-Policy")

    /// A name that is a token (RFC 9110, section 5.6.2) by the look of it; the fallback is never reached.
    private static func known(_ name: String) -> HTTPField.Name {
        HTTPField.Name(name) ?? .via
    }
}

extension HTTPFields {
    /// Fields that the program reads as one value.
    static let singleNames: [HTTPField.Name] = [
        .accessControlRequestMethod, .authorization, .contentType, .idempotencyKey, .origin, .requestID, .secFetchSite,
        .userAgent,
    ]

    /// Refuses a request that has one of these fields twice: which of the two counts would differ from program to program
    /// (RFC 9110, section 5.3). Newer versions of nginx join the values with commas, which none of these fields may hold but
    /// `User-Agent`.
    /// - Throws: `APIError` with a fault for each.
    public func requireSingleFields() throws(APIError) {
        let faults = Self.singleNames.filter { self[values: $0].count > 1 }.map { name in
            Fault(name.rawName, "repeated", "Must be given once.")
        }
        guard faults.isEmpty else { throw APIError(.validation, details: faults) }
    }
}

extension Substring {
    /// This part of a header field without the spaces and tabs around it (OWS, RFC 9110, section 5.6.3).
    public var withoutOptionalWhitespace: Substring {
        let rest = utf8.drop(while: \.isOptionalWhitespace)
        guard let last = rest.lastIndex(where: { !$0.isOptionalWhitespace }) else { return Substring(rest) }
        return Substring(rest[...last])
    }
}

extension UInt8 {
    fileprivate var isOptionalWhitespace: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }
}
