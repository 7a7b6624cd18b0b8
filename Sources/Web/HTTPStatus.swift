/// The statuses that the program sends (RFC 9110, section 15).
public enum HTTPStatus: Int, Sendable, CaseIterable, Codable {
    /// 200
    case ok = 200
    /// 201
    case created = 201
    /// 204
    case noContent = 204
    /// 302
    case found = 302
    /// 303
    case seeOther = 303
    /// 304
    case notModified = 304
    /// 400
    case badRequest = 400
    /// 401
    case unauthorized = 401
    /// 403
    case forbidden = 403
    /// 404
    case notFound = 404
    /// 405
    case methodNotAllowed = 405
    /// 409
    case conflict = 409
    /// 412
    case preconditionFailed = 412
    /// 413
    case contentTooLarge = 413
    /// 414
    case uriTooLong = 414
    /// 415
    case unsupportedMediaType = 415
    /// 422
    case unprocessableContent = 422
    /// 429
    case tooManyRequests = 429
    /// 431 (RFC 6585)
    case requestHeaderFieldsTooLarge = 431
    /// 500
    case internalServerError = 500
    /// 501
    case notImplemented = 501
    /// 503
    case serviceUnavailable = 503

    /// The number.
    public var code: Int { rawValue }

    /// Whether an answer of this status has content (RFC 9110, sections 15.3.5 and 15.4.5).
    package var hasContent: Bool { self != .noContent && self != .notModified }

    /// Whether an answer of this status leads elsewhere.
    var isRedirection: Bool { self == .found || self == .seeOther }

    /// The reason phrase for the number.
    package var reasonPhrase: String {
        switch self {
        case .ok: "OK"
        case .created: "Created"
        case .noContent: "No Content"
        case .found: "Found"
        case .seeOther: "See Other"
        case .notModified: "Not Modified"
        case .badRequest: "Bad Request"
        case .unauthorized: "Unauthorized"
        case .forbidden: "Forbidden"
        case .notFound: "Not Found"
        case .methodNotAllowed: "Method Not Allowed"
        case .conflict: "Conflict"
        case .preconditionFailed: "Precondition Failed"
        case .contentTooLarge: "Content Too Large"
        case .uriTooLong: "URI Too Long"
        case .unsupportedMediaType: "Unsupported Media Type"
        case .unprocessableContent: "Unprocessable Content"
        case .tooManyRequests: "Too Many Requests"
        case .requestHeaderFieldsTooLarge: "Request Header Fields Too Large"
        case .internalServerError: "Internal Server Error"
        case .notImplemented: "Not Implemented"
        case .serviceUnavailable: "Service Unavailable"
        }
    }
}
