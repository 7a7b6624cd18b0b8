@testable import Web

/// The context of a route in these tests.
struct Context: RouteContext, Sendable {
    enum Guard: RouteGuard {
        case `public`
        case user
        case owner
        case writer

        var requiredPermission: Permission? { self == .writer ? Permission(rawValue: "things:write") : nil }
        var refusals: [ErrorCode] { self == .owner ? [.forbidden, .notFound] : [.forbidden] }
    }

    enum Tier: RouteTier {
        case standard
        case anonymous
        case unlimited
    }
}

/// A request with a JSON body.
func request(
    _ method: HTTPMethod = .post, _ target: String = "/", json: String, type: String = "application/json"
) -> Request {
    Request(method: method, target: target, headers: [.contentType: type], body: Array(json.utf8))
}

/// A request without a body.
func request(_ method: HTTPMethod = .get, _ target: String = "/", headers: HTTPFields = [:]) -> Request {
    Request(method: method, target: target, headers: headers)
}

/// The error of an unacceptable request; `nil` for an acceptable one.
func error<Value: RequestInput>(
    reading type: Value.Type, from request: Request, path: PathParameters = [:]
) -> APIError? {
    do {
        _ = try Input.read(type, from: request, path: path, body: .json)
        return nil
    } catch {
        return error
    }
}

extension APIError {
    /// Each fault as `field code`, in the order listed.
    var faults: [String] { details.map { "\($0.field) \($0.code)" } }
}

/// The value of a JSON text.
func parse(_ text: String) throws(JSONSyntaxError) -> JSON {
    try JSON(parsing: Array(text.utf8))
}

extension JSON {
    /// The value as compact text.
    var compact: String { String(decoding: text(), as: UTF8.self) }
}

extension Field {
    /// The code of a value's rejection; `nil` if it is accepted.
    func code(for json: JSON) -> String? {
        if case .failure(let rejection) = read(json) { rejection.code } else { nil }
    }

    /// The value that is read; `nil` if it is refused.
    func value(of json: JSON) -> Value? {
        if case .success(let value) = read(json) { value } else { nil }
    }
}

/// A route that takes nothing and does nothing.
func route(_ method: HTTPMethod, _ pattern: String) -> GenericRoute<Context> {
    GenericRoute(
        method, pattern, "Does nothing", tag: "Tests", guard: .public, tier: .unlimited, returns: .noContent
    ) { _ in Answer(NoContent()) }
}

extension Input {
    /// Reads a request's input by the initializer of a type.
    static func read<Value: RequestInput>(
        _ type: Value.Type, from request: Request, path: PathParameters, body: BodyKind
    ) throws(APIError) -> Value {
        try read(InputReader(type), from: request, path: path, body: body)
    }

    /// The declarations of a type.
    static func describe(_ type: (some RequestInput).Type) -> Input {
        describe(InputReader(type))
    }
}
