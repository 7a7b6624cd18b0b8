/// The OpenAPI 3.1 document of a list of routes.
package struct OpenAPI: Sendable {
    /// The `info` of the document.
    package struct Info: Sendable {
        let title: String
        let version: String
        let description: String
        let license: String

        /// Makes the head.
        /// - Parameter license: an SPDX identifier.
        package init(title: String, version: String, description: String, license: String) {
            self.title = title
            self.version = version
            self.description = description
            self.license = license
        }
    }

    /// The document.
    package let document: JSON

    /// Writes the document of the routes that are listed, and of the messages to other systems.
    package init<Context>(_ routes: [GenericRoute<Context>], webhooks: [Webhook] = [], info: Info) {
        let routes = routes.filter(\.isListed)
        var components = Components()
        var paths: [JSON.Member] = []
        for route in routes {
            let operation = JSON.Member(
                route.method.rawValue.lowercased(), Self.operation(route, among: routes, &components))
            if let index = paths.firstIndex(where: { $0.name == route.pattern }) {
                paths[index] = .init(route.pattern, paths[index].value.adding(operation.name, operation.value))
            } else {
                paths.append(.init(route.pattern, .object([operation])))
            }
        }
        let messages = webhooks.map { JSON.Member($0.name, Self.operation($0, &components)) }
        document = [
            "openapi": "3.1.0",
            "info": [
                "title": .string(info.title), "version": .string(info.version),
                "description": .string(info.description),
                "license": ["name": .string(info.license), "identifier": .string(info.license)],
            ],
            "servers": [["url": "/"]],
            "tags": .array(Self.tags(routes)),
            "paths": .object(paths),
            "webhooks": .object(messages),
            "components": [
                "schemas": .object(components.schemas),
                "headers": .object(Self.headers),
                "securitySchemes": [
                    "accessToken": [
                        "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
                        "description": "An access token from a sign-in or a refresh (RFC 6750).",
                    ],
                    "apiKey": [
                        "type": "http", "scheme": "bearer",
                        "description": "An API key with the named scope.",
                    ],
                ],
            ],
        ]
    }

    private static func tags<Context>(_ routes: [GenericRoute<Context>]) -> [JSON] {
        var names: [String] = []
        for route in routes where !names.contains(route.tag) { names.append(route.tag) }
        return names.map { ["name": .string($0)] }
    }

    private static func operation<Context>(
        _ route: GenericRoute<Context>, among routes: [GenericRoute<Context>], _ components: inout Components
    ) -> JSON {
        var members: [JSON.Member] = [
            .init("operationId", .string(operationID(route))), .init("tags", [.string(route.tag)]),
            .init("summary", .string(route.summary)),
        ]
        let description = [route.description, route.combinations.flatMap { ListWords($0).sentences } ?? ""]
            .filter { !$0.isEmpty }.joined(separator: "\n\n")
        if !description.isEmpty { members.append(.init("description", .string(description))) }
        members.append(.init("security", security(route)))
        let parameters = parameters(route)
        if !parameters.isEmpty { members.append(.init("parameters", .array(parameters))) }
        if let body = requestBody(route, &components) { members.append(.init("requestBody", body)) }
        members.append(.init("responses", responses(route, among: routes, &components)))
        if let combinations = route.combinations { members.append(.init("x-combinations", combinations)) }
        if route.ignoresOtherParameters { members.append(.init("x-ignores-other-parameters", true)) }
        return .object(members)
    }

    private static func security<Context>(_ route: GenericRoute<Context>) -> JSON {
        if route.isPublic { return route.takesAccessToken ? [["accessToken": []], [:]] : [] }
        guard let scope = route.scope else { return [["accessToken": []]] }
        return [["accessToken": []], ["apiKey": [.string(scope.rawValue)]]]
    }

    /// Method and path as one word: `postAuthLogin`, `deleteUsersMeSessionsById`.
    static func operationID<Context>(_ route: GenericRoute<Context>) -> String {
        let words = route.segments.drop { $0 == "api" || $0 == "v1" }.flatMap { segment -> [String] in
            guard segment.hasPrefix("{") else { return segment.split { "-._".contains($0) }.map(String.init) }
            return ["By", String(segment.dropFirst().dropLast())]
        }
        return route.method.rawValue.lowercased() + words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    private static func requestBody<Context>(_ route: GenericRoute<Context>, _ components: inout Components) -> JSON? {
        let fields = route.input.filter { $0.place == .body || $0.place == .form }
        guard !fields.isEmpty else { return nil }
        let reference = components.define(route.inputType) { _ in
            [
                "type": "object", "additionalProperties": .bool(route.ignoresOtherParameters),
                "properties": .object(fields.map { .init($0.name, $0.schema) }),
                "required": .array(fields.filter(\.isRequired).map { .string($0.name) }),
            ]
        }
        var content: [JSON.Member] = [.init("schema", reference)]
        if let example = route.exampleBody { content.append(.init("example", example)) }
        return [
            "description": .string("At most \(route.maximumBodyBytes / 1024) KiB, without a content coding."),
            "x-maximum-bytes": .integer(route.maximumBodyBytes),
            "required": .bool(fields.contains(where: \.isRequired)),
            "content": .object([.init(route.bodyKind.mediaType, .object(content))]),
        ]
    }

    private static func responses<Context>(
        _ route: GenericRoute<Context>, among routes: [GenericRoute<Context>], _ components: inout Components
    ) -> JSON {
        var responses: [JSON.Member] = [success(route, among: routes, &components)]
        if route.success.hasEntityTag, route.method == .get {
            responses.append(.init("304", ["description": "The version in If-None-Match is the current one."]))
        }
        let errors = Dictionary(grouping: errors(of: route), by: \.status.code)
        for (status, codes) in errors.sorted(by: { $0.key < $1.key }) {
            let schema = errorSchema(status, codes, &components)
            let names = codes.map { "`\($0.name)`: \($0.message)" }
            var members: [JSON.Member] = [.init("description", .string(names.joined(separator: " ")))]
            let headers = headers(ofStatus: status, route)
            if !headers.isEmpty { members.append(.init("headers", .object(headers))) }
            members.append(.init("content", ["application/json": ["schema": schema]]))
            responses.append(.init(String(status), .object(members)))
        }
        return .object(responses)
    }

    private static func headers<Context>(ofStatus status: Int, _ route: GenericRoute<Context>) -> [JSON.Member] {
        switch status {
        case HTTPStatus.tooManyRequests.code: [reference("Retry-After")] + limitHeaders(route)
        case HTTPStatus.serviceUnavailable.code: [reference("Retry-After")]
        case HTTPStatus.unsupportedMediaType.code: [reference("Accept-Encoding")]
        default: []
        }
    }

    private static func limitHeaders<Context>(_ route: GenericRoute<Context>) -> [JSON.Member] {
        route.isUnlimited ? [] : limitHeaderNames.map(reference)
    }

    private static func reference(_ header: String) -> JSON.Member {
        .init(header, ["$ref": .string("#/components/headers/\(header)")])
    }

    private static let limitHeaderNames = [
        "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "RateLimit-Policy", "RateLimit",
    ]

    /// The header fields that many answers have. Those of limits are missing if an installation lifts its limits.
    private static var headers: [JSON.Member] {
        func header(_ name: String, _ type: JSON, _ description: JSON, isRequired: Bool = false) -> JSON.Member {
            .init(name, ["description": description, "required": .bool(isRequired), "schema": ["type": type]])
        }
        return [
            header("ETag", "string", "The version.", isRequired: true),
            header("Location", "string", "The URL of the created resource, or of a redirection.", isRequired: true),
            header("Idempotent-Replayed", "boolean", "Present, and `true`, if an earlier answer is repeated."),
            header("Retry-After", "integer", "Seconds until another attempt can succeed.", isRequired: true),
            header("Accept-Encoding", "string", "Present if the body had a content coding: `identity`."),
            header("X-RateLimit-Limit", "integer", "The quota of the limit that is nearest to exhaustion."),
            header("X-RateLimit-Remaining", "integer", "What is left of it."),
            header("X-RateLimit-Reset", "integer", "Seconds until the quota is full again."),
            header("RateLimit-Policy", "string", "Name, quota (`q`) and window in seconds (`w`) of that limit."),
            header("RateLimit", "string", "The rest of the quota (`r`), and seconds until it grows (`t`)."),
        ]
    }

    private static func success<Context>(
        _ route: GenericRoute<Context>, among routes: [GenericRoute<Context>], _ components: inout Components
    ) -> JSON.Member {
        let success = route.success
        var members: [JSON.Member] = [.init("description", .string(success.description))]
        var headers: [JSON.Member] = []
        if success.hasEntityTag, success.status != .noContent { headers.append(reference("ETag")) }
        if success.status == .created || success.status.isRedirection { headers.append(reference("Location")) }
        if route.isIdempotent { headers.append(reference("Idempotent-Replayed")) }
        headers += limitHeaders(route)
        if !headers.isEmpty { members.append(.init("headers", .object(headers))) }
        if success.status != .noContent, !success.status.isRedirection {
            members.append(.init("content", ["application/json": ["schema": successSchema(route, &components)]]))
        }
        let links = links(from: route, among: routes, &components)
        if !links.isEmpty { members.append(.init("links", .object(links))) }
        return .init(String(success.status.code), .object(members))
    }

    private static func successSchema<Context>(_ route: GenericRoute<Context>, _ components: inout Components) -> JSON {
        let data = route.success.schema(&components)
        if route.isDocument { return data }
        var properties: [JSON.Member] = [.init("data", data)]
        if route.combinations != nil { properties.append(.init("meta", ListMeta.schema(in: &components))) }
        return [
            "type": "object", "additionalProperties": false, "properties": .object(properties),
            "required": .array(properties.map { .string($0.name) }),
        ]
    }

    /// The errors that a route can answer: those that it declares, those that follow from its guard, input and tier,
    /// and those of the web server in front.
    private static func errors<Context>(of route: GenericRoute<Context>) -> [ErrorCode] {
        var codes: [ErrorCode] = [.validation, .addressTooLong, .headersTooLarge]
        if route.bodyKind == .json { codes.append(.malformedJSON) }
        if route.takesBody { codes += [.payloadTooLarge, .unsupportedMediaType] }
        if !route.isPublic { codes += [.unauthorized, .tokenExpired, .tokenRevoked] + route.guard.refusals }
        if route.isIdempotent { codes += [.conflict, .idempotencyKeyReused] }
        if !route.isUnlimited { codes.append(.rateLimited) }
        if conditionalHeader(route) == "If-Match" { codes.append(.preconditionFailed) }
        codes += [.internalError, .overloaded, .dependencyUnavailable]
        for code in route.errors where !codes.contains(code) { codes.append(code) }
        return codes
    }

    /// The envelope of errors with one status; each set of codes has a named schema, so it is written only once.
    private static func errorSchema(_ status: Int, _ codes: [ErrorCode], _ components: inout Components) -> JSON {
        let name = "Error\(status)" + codes.map { camelCase($0.name) }.joined()
        let fault = components.define("Fault") { _ in
            [
                "type": "object", "additionalProperties": false,
                "properties": [
                    "field": ["type": "string"], "code": ["type": "string"], "message": ["type": "string"],
                ],
                "required": ["field", "code", "message"],
            ]
        }
        return components.define(name) { components in
            let members = codes.compactMap(\.member).map { member in
                JSON.Member(member.name.description, member.schema(&components))
            }
            let properties: [JSON.Member] = [
                .init("code", ["type": "string", "enum": .array(codes.map { .string($0.name) })]),
                .init("message", ["type": "string"]), .init("details", ["type": "array", "items": fault]),
                .init("requestId", ["type": "string"]),
            ]
            return [
                "type": "object", "additionalProperties": false,
                "properties": [
                    "error": [
                        "type": "object", "additionalProperties": false, "properties": .object(properties + members),
                        "required": ["code", "message", "details", "requestId"],
                    ]
                ],
                "required": ["error"],
            ]
        }
    }

    private static func camelCase(_ name: String) -> String {
        name.split(separator: "_").map { $0.prefix(1) + $0.dropFirst().lowercased() }.joined()
    }
}
