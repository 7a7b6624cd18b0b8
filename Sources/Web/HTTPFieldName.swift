/// The name of a header field, a token (RFC 9110, section 5.1); case does not matter.
public struct HTTPFieldName: Sendable, CustomStringConvertible {
    /// The name as it is written.
    public let text: String

    /// A name; `nil` if the text is not a token.
    public init?(_ text: String) {
        guard text.isToken else { return nil }
        self.text = text
    }

    /// A name that is known to be a token.
    init(unchecked text: String) {
        self.text = text
    }

    /// The name as it is written.
    public var description: String { text }
}

extension HTTPFieldName: ExpressibleByStringLiteral {
    /// A name that only one place uses; it must be a token.
    public init(stringLiteral text: String) {
        precondition(text.isToken)
        self.text = text
    }
}

extension HTTPFieldName: Hashable {
    /// Whether both are the same name.
    public static func == (left: HTTPFieldName, right: HTTPFieldName) -> Bool {
        left.text.hasSameBytes(asIgnoringASCIICase: right.text)
    }

    /// Hashes the name in small letters.
    public func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte.asciiLowercased) }
    }
}

extension HTTPFieldName {
    /// `Accept-Encoding`
    package static var acceptEncoding: Self { Self(unchecked: "Accept-Encoding") }
    /// `Access-Control-Allow-Headers`
    package static var accessControlAllowHeaders: Self { Self(unchecked: "Access-Control-Allow-Headers") }
    /// `Access-Control-Allow-Methods`
    package static var accessControlAllowMethods: Self { Self(unchecked: "Access-Control-Allow-Methods") }
    /// `Access-Control-Allow-Origin`
    package static var accessControlAllowOrigin: Self { Self(unchecked: "Access-Control-Allow-Origin") }
    /// `Access-Control-Expose-Headers`
    package static var accessControlExposeHeaders: Self { Self(unchecked: "Access-Control-Expose-Headers") }
    /// `Access-Control-Max-Age`
    package static var accessControlMaxAge: Self { Self(unchecked: "Access-Control-Max-Age") }
    /// `Access-Control-Request-Method`
    package static var accessControlRequestMethod: Self { Self(unchecked: "Access-Control-Request-Method") }
    /// `Allow`
    public static var allow: Self { Self(unchecked: "Allow") }
    /// `Authorization`
    public static var authorization: Self { Self(unchecked: "Authorization") }
    /// `Cache-Control`
    public static var cacheControl: Self { Self(unchecked: "Cache-Control") }
    /// `Content-Disposition`
    public static var contentDisposition: Self { Self(unchecked: "Content-Disposition") }
    /// `Content-Encoding`
    package static var contentEncoding: Self { Self(unchecked: "Content-Encoding") }
    /// `Content-Length`
    package static var contentLength: Self { Self(unchecked: "Content-Length") }
    /// `Content-Security-Policy`
    package static var contentSecurityPolicy: Self { Self(unchecked: "Content-Security-Policy") }
    /// `Content-Type`
    public static var contentType: Self { Self(unchecked: "Content-Type") }
    /// `Cookie`
    public static var cookie: Self { Self(unchecked: "Cookie") }
    /// `ETag`
    public static var eTag: Self { Self(unchecked: "ETag") }
    /// `Idempotency-Key` (IETF draft)
    public static var idempotencyKey: Self { Self(unchecked: "Idempotency-Key") }
    /// `Idempotent-Replayed`: present if an earlier answer is repeated
    public static var idempotentReplayed: Self { Self(unchecked: "Idempotent-Replayed") }
    /// `If-Match`
    public static var ifMatch: Self { Self(unchecked: "If-Match") }
    /// `If-None-Match`
    public static var ifNoneMatch: Self { Self(unchecked: "If-None-Match") }
    /// `Location`
    public static var location: Self { Self(unchecked: "Location") }
    /// `Origin`
    public static var origin: Self { Self(unchecked: "Origin") }
    /// `RateLimit` (draft-ietf-httpapi-ratelimit-headers)
    package static var rateLimit: Self { Self(unchecked: "RateLimit") }
    /// `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers)
    package static var rateLimitPolicy: Self { Self(unchecked: "RateLimit-Policy") }
    /// `Referrer-Policy` (W3C)
    package static var referrerPolicy: Self { Self(unchecked: "Referrer-Policy") }
    /// `X-Request-Id`
    package static var requestID: Self { Self(unchecked: "X-Request-Id") }
    /// `Retry-After`
    public static var retryAfter: Self { Self(unchecked: "Retry-After") }
    /// `Sec-Fetch-Site` (W3C Fetch Metadata)
    package static var secFetchSite: Self { Self(unchecked: "Sec-Fetch-Site") }
    /// `Set-Cookie`
    public static var setCookie: Self { Self(unchecked: "Set-Cookie") }
    /// `Status` of a Common Gateway Interface's answer
    static var status: Self { Self(unchecked: "Status") }
    /// `User-Agent`
    public static var userAgent: Self { Self(unchecked: "User-Agent") }
    /// `Vary`
    public static var vary: Self { Self(unchecked: "Vary") }
    /// `WWW-Authenticate`
    public static var wwwAuthenticate: Self { Self(unchecked: "WWW-Authenticate") }
    /// `X-Content-Type-Options`
    package static var xContentTypeOptions: Self { Self(unchecked: "X-Content-Type-Options") }
    /// `X-RateLimit-Limit`
    package static var xRateLimitLimit: Self { Self(unchecked: "X-RateLimit-Limit") }
    /// `X-RateLimit-Remaining`
    package static var xRateLimitRemaining: Self { Self(unchecked: "X-RateLimit-Remaining") }
    /// `X-RateLimit-Reset`: in seconds from now
    package static var xRateLimitReset: Self { Self(unchecked: "X-RateLimit-Reset") }
}
