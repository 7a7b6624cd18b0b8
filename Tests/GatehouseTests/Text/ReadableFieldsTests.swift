import Database
import GatehouseTesting
import Logging
import Testing

@testable import Gatehouse
@testable import Web

/// Every field of every body that people read later, found in the routes, with every text that they could not see.
@Suite struct ReadableFieldsTests {
    private let app: TestApplication
    private let db: Connection

    init() throws {
        app = try TestApplication()
        db = app.database.connection()
    }

    /// A field of a body, with an acceptable body.
    private struct Place: CustomStringConvertible {
        let route: Route
        let field: Input.Declaration
        let example: JSON

        var description: String { "\(route.method) \(route.pattern) \(field.name)" }
    }

    /// Routes that store nothing of their body. The last three find an account by its address, which may be an older
    /// one with invisible characters.
    private static let keepingNothing = [
        "/api/v1/auth/password-check", "/api/v1/auth/login", "/api/v1/auth/password-reset/request",
        "/api/v1/auth/verify-email/resend",
    ]

    /// Strings that are stored and shown: not choices, ids, times, passwords or tokens.
    private static func places() throws -> [Place] {
        try Program.gatehouse.declaredRoutes().filter { !keepingNothing.contains($0.pattern) }.flatMap { route in
            route.input.filter { $0.place == .body && isReadByPeople($0) }.map { field in
                Place(
                    route: route, field: field,
                    example: route.exampleBody?[field.name] ?? examples[field.name] ?? "Some text")
            }
        }
    }

    /// Values of fields that the example of a body leaves out.
    private static let examples: [String: JSON] = [
        "avatarUrl": "https://a.example/b", "slug": "some-slug", "role": "user", "locale": "de-AT",
        "url": "https://a.example/b",
    ]

    private static func isReadByPeople(_ field: Input.Declaration) -> Bool {
        let isText = field.schema["type"] == "string" || field.schema["type"] == ["string", "null"]
        let isOurs =
            field.schema["enum"] != nil || ["uuid", "date-time", "password"].contains(field.schema["format"]?.string)
        return isText && !isOurs
            && !["token", "invitation", "refreshToken", "code", "codeVerifier", "mailCode"].contains(field.name)
    }

    /// The codes of a value's faults. An unknown field keeps an acceptable body from taking effect.
    private func faults(of value: JSON, at place: Place) throws -> [String] {
        let body = (place.route.exampleBody ?? [:]).adding(place.field.name, value).adding("unknown", 1)
        let request = Request(
            method: place.route.method, target: "/", headers: [.contentType: "application/json"], body: body.text())
        let path = PathParameters(
            place.route.input.filter { $0.place == .path }.map { ($0.name, "01935c1e-8a00-7c3d-9e4f-2b6a71d0c518") })
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let call = Call(request, RequestBody([]), Receiver().stream(), requestID: "test", db: db, log: log)
        let error = #expect(throws: APIError.self) { _ = try place.route.respond(request, path, call) }
        return try #require(error).details.filter { $0.field == place.field.name }.map(\.code)
    }

    @Test func `there are such fields, and their values in examples are accepted`() throws {
        let places = try Self.places()
        #expect(
            Set(places.map(\.field.name)).isSuperset(of: [
                "name", "email", "newEmail", "description", "avatarUrl", "slug",
            ]))
        for place in places { #expect(try faults(of: place.example, at: place) == [], "\(place)") }
    }

    @Test func `no field accepts characters that people cannot see`() throws {
        let bounds: [UInt32] = ReadableText.hidden.flatMap { [$0.lowerBound, $0.upperBound] }
        let hidden = (bounds + [0x7, 0x1B, 0x7F, 0x80, 0x85, 0x9F]).compactMap { Unicode.Scalar($0) }
        for place in try Self.places() {
            let text = try #require(place.example.string)
            for scalar in hidden {
                let middle = text.index(text.startIndex, offsetBy: 2)
                let sent = JSON.string("\(text[..<middle])\(scalar)\(text[middle...])")
                #expect(try faults(of: sent, at: place) == ["format"], "\(place) U+\(String(scalar.value, radix: 16))")
            }
        }
    }

    @Test(arguments: [
        "\u{200B}", "\u{3164}", "\u{2800}", "\u{AD}", "\u{180E}", "\u{202E}", "\u{E0020}", " \u{3000}", "\u{301}",
    ])
    func `no field accepts a text that shows nothing`(text: String) throws {
        for place in try Self.places() {
            let faults = try faults(of: .string(text + text + text), at: place)
            #expect(faults == ["format"], "\(place)")
        }
    }
}
