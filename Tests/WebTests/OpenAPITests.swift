import Testing

@testable import Web

private struct Thing: ResponseObject {
    let name: String
    static let example = Thing(name: "thing")
    func write(to output: inout Output) { output.field("name", name) }
}

private struct CreateThing: RequestInput {
    static let exampleBody: JSON? = ["name": "thing"]
    init(from input: inout Input) {
        _ = input.required("name", .text(1...9))
        _ = input.optional("note", Field<String>.text(0...9).nullable)
    }
}

private struct ChangeThing: RequestInput {
    init(from input: inout Input) {
        _ = input.path("id", Field.uuid)
        _ = input.optional("name", .text(1...9))
    }
}

private struct FindThing: RequestInput {
    init(from input: inout Input) { _ = input.path("id", Field.uuid) }
}

private struct Owner: ResponseObject {
    let userID: String
    static let example = Owner(userID: "owner")
    func write(to output: inout Output) { output.field("userId", userID) }
}

private struct FindOwner: RequestInput {
    init(from input: inout Input) {
        _ = input.path("id", Field.uuid)
        _ = input.path("userId", Field.uuid)
    }
}

private struct ListOwners: RequestInput {
    init(from input: inout Input) {
        _ = input.path("id", Field.uuid)
        _ = ListRequest(from: &input, ListCombinations<ListThings.Sort>([([], [.name])]))
    }
}

private struct ListThings: RequestInput {
    enum Sort: String, CaseIterable, Sendable { case name }
    init(from input: inout Input) { _ = ListRequest(from: &input, ListCombinations<Sort>([([], [.name])])) }
}

@Suite struct OpenAPITests {
    private let routes: [GenericRoute<Context>]
    private let document: JSON

    init() {
        routes =
            Self.things.map { $0.under("/api/v1") } + [
                GenericRoute(document: "/.well-known/keys.json", "The keys", tag: "Keys") { _, _ in Response(json: [:])
                }
            ]
        let unlisted = GenericRoute<Context>(
            document: "/metrics", "The metrics", tag: "Metrics", isListed: false
        ) { _, _ in Response(json: [:]) }
        document =
            OpenAPI(
                routes + [unlisted.under("/operator")],
                info: .init(title: "Things", version: "1.2.3", description: "All of them.", license: "Apache-2.0")
            ).document
    }

    private static let things: [GenericRoute<Context>] = [
        GenericRoute(
            .get, "/things", "List things", tag: "Things", guard: .user, tier: .standard,
            input: ListThings.self, returns: .ok([Thing].self)
        ) { _, _ in Answer([]) },
        GenericRoute(
            .post, "/things", "Create a thing", description: "At once.", tag: "Things", guard: .public,
            tier: .anonymous, input: CreateThing.self, returns: .created(Thing.self), errors: [.conflict, .validation]
        ) { _, _ in Answer(Thing.example) },
        GenericRoute(
            .get, "/things/{id}", "Read a thing", tag: "Things", guard: .user, tier: .standard, isVersioned: true,
            input: FindThing.self, returns: .ok(Thing.self), errors: [.notFound]
        ) { _, _ in Answer(Thing.example) },
        GenericRoute(
            .patch, "/things/{id}", "Change a thing", tag: "Things", guard: .user, tier: .unlimited, isVersioned: true,
            input: ChangeThing.self, returns: .ok(Thing.self), errors: [.notFound]
        ) { _, _ in Answer(Thing.example) },
        GenericRoute(
            .delete, "/things/{id}/old-parts", "Delete", tag: "Parts", guard: .writer, tier: .standard,
            input: FindThing.self, returns: .noContent
        ) { _, _ in Answer(NoContent()) },
        GenericRoute(
            .get, "/things/{id}/owners", "List owners", tag: "Things", guard: .user, tier: .standard,
            input: ListOwners.self, returns: .ok([Owner].self)
        ) { _, _ in Answer([]) },
        GenericRoute(
            .delete, "/things/{id}/owners/{userId}", "Remove an owner", tag: "Things", guard: .owner, tier: .standard,
            input: FindOwner.self, returns: .noContent
        ) { _, _ in Answer(NoContent()) },
    ]

    private func operation(_ method: String, _ path: String) throws -> JSON {
        try #require(document["paths"]?[path]?[method])
    }

    /// The codes that an operation lists under a status.
    private func codes(_ method: String, _ path: String, _ status: String) throws -> [String]? {
        guard let response = try operation(method, path)["responses"]?[status] else { return nil }
        let schema = try resolve(try #require(response["content"]?["application/json"]?["schema"]))
        guard case .array(let codes)? = schema["properties"]?["error"]?["properties"]?["code"]?["enum"] else {
            return nil
        }
        return codes.compactMap(\.string)
    }

    private func resolve(_ schema: JSON) throws -> JSON {
        let reference = try #require(schema["$ref"]?.string)
        return try reference.split(separator: "/").dropFirst().reduce(document) { value, name in
            try #require(value[String(name)], "\(reference)")
        }
    }

    /// Every object of the document, at any depth.
    private func objects(in value: JSON) -> [JSON] {
        switch value {
        case .object(let members): [value] + members.flatMap { objects(in: $0.value) }
        case .array(let elements): elements.flatMap { objects(in: $0) }
        default: []
        }
    }

    @Test func `the info object describes the API`() {
        #expect(document["openapi"] == "3.1.0")
        #expect(document["info"]?["title"] == "Things")
        #expect(document["info"]?["version"] == "1.2.3")
        #expect(document["info"]?["license"] == ["name": "Apache-2.0", "identifier": "Apache-2.0"])
        #expect(document["tags"] == [["name": "Things"], ["name": "Parts"], ["name": "Keys"]])
    }

    @Test func `every route is one operation and every operation has its own id`() throws {
        let ids = try routes.map { route in
            try #require(operation(route.method.rawValue.lowercased(), route.pattern)["operationId"]?.string)
        }
        #expect(
            ids == [
                "getThings", "postThings", "getThingsById", "patchThingsById", "deleteThingsByIdOldParts",
                "getThingsByIdOwners", "deleteThingsByIdOwnersByUserId", "getWellKnownKeysJson",
            ])
    }

    @Test func `an operation that is not listed is left out`() {
        #expect(document["paths"]?.members.contains { $0.name.hasSuffix("/metrics") } == false)
    }

    @Test func `every reference leads somewhere`() throws {
        let references = objects(in: document).filter { $0["$ref"] != nil }
        #expect(references.count > 10)
        for reference in references { _ = try resolve(reference) }
    }

    @Test func `every required property of a schema is described`() throws {
        let schemas = objects(in: document).filter { $0["properties"] != nil }
        #expect(!schemas.isEmpty)
        for schema in schemas {
            guard case .array(let required)? = schema["required"] else { continue }
            for name in required.compactMap(\.string) { #expect(schema["properties"]?[name] != nil, "\(name)") }
        }
    }

    @Test func `operations that need a token say so`() throws {
        #expect(try operation("get", "/api/v1/things")["security"] == [["accessToken": []]])
        #expect(
            try operation("delete", "/api/v1/things/{id}/old-parts")["security"]
                == [["accessToken": []], ["apiKey": ["things:write"]]])
        #expect(try operation("post", "/api/v1/things")["security"] == [])
        #expect(try operation("get", "/.well-known/keys.json")["security"] == [])
        #expect(document["components"]?["securitySchemes"]?["accessToken"]?["scheme"] == "bearer")
    }

    @Test func `errors follow from the guard`() throws {
        let signedIn = ["UNAUTHORIZED", "TOKEN_EXPIRED", "TOKEN_REVOKED"]
        #expect(try codes("get", "/api/v1/things", "401") == signedIn)
        #expect(try codes("delete", "/api/v1/things/{id}/old-parts", "401") == signedIn)
        #expect(try codes("get", "/api/v1/things", "403") == ["FORBIDDEN"])
        #expect(try codes("get", "/api/v1/things", "404") == nil)
        #expect(try codes("delete", "/api/v1/things/{id}/owners/{userId}", "403") == ["FORBIDDEN"])
        #expect(try codes("delete", "/api/v1/things/{id}/owners/{userId}", "404") == ["NOT_FOUND"])
        #expect(try codes("post", "/api/v1/things", "401") == nil)
        #expect(try codes("post", "/api/v1/things", "403") == nil)
        #expect(try codes("get", "/.well-known/keys.json", "401") == nil)
    }

    @Test func `errors follow from the tier`() throws {
        #expect(try codes("get", "/api/v1/things", "429") == ["RATE_LIMITED"])
        #expect(try codes("post", "/api/v1/things", "429") == ["RATE_LIMITED"])
        #expect(try codes("patch", "/api/v1/things/{id}", "429") == nil)
    }

    @Test func `errors follow from the input`() throws {
        #expect(try codes("post", "/api/v1/things", "400") == ["VALIDATION_ERROR", "MALFORMED_JSON"])
        #expect(try codes("post", "/api/v1/things", "413") == ["PAYLOAD_TOO_LARGE"])
        #expect(try codes("post", "/api/v1/things", "415") == ["UNSUPPORTED_MEDIA_TYPE"])
        #expect(try codes("get", "/api/v1/things", "400") == ["VALIDATION_ERROR"])
        #expect(try codes("get", "/api/v1/things", "415") == nil)
    }

    @Test func `a route's own errors are listed beside those of every route`() throws {
        #expect(try codes("post", "/api/v1/things", "409") == ["CONFLICT"])
        #expect(try codes("get", "/api/v1/things/{id}", "404") == ["NOT_FOUND"])
        #expect(try codes("get", "/api/v1/things", "414") == ["URI_TOO_LONG"])
        #expect(try codes("get", "/.well-known/keys.json", "431") == ["HEADERS_TOO_LARGE"])
        #expect(try codes("get", "/api/v1/things", "500") == ["INTERNAL_ERROR"])
        #expect(try codes("get", "/api/v1/things", "503") == ["OVERLOADED", "DEPENDENCY_UNAVAILABLE"])
    }

    @Test func `a versioned resource documents its tag and preconditions`() throws {
        let read = try operation("get", "/api/v1/things/{id}")
        let change = try operation("patch", "/api/v1/things/{id}")
        #expect(read["responses"]?["304"] != nil)
        #expect(change["responses"]?["304"] == nil)
        #expect(read["responses"]?["200"]?["headers"]?["ETag"] != nil)
        #expect(try codes("get", "/api/v1/things/{id}", "412") == nil)
        #expect(try codes("patch", "/api/v1/things/{id}", "412") == ["PRECONDITION_FAILED"])
        #expect(objects(in: read).contains { $0["name"] == "If-None-Match" })
        #expect(objects(in: change).contains { $0["name"] == "If-Match" })
        #expect(!objects(in: try operation("get", "/api/v1/things")).contains { $0["in"] == "header" })
    }

    @Test func `parameters have their place and schema`() throws {
        let uuid: JSON = ["type": "string", "format": "uuid"]
        #expect(
            try operation("delete", "/api/v1/things/{id}/old-parts")["parameters"]
                == [
                    [
                        "name": "id", "in": "path", "description": "The id of an entry of `/api/v1/things`.",
                        "required": true, "schema": uuid,
                    ]
                ])
        let list = try operation("get", "/api/v1/things")
        let limit = objects(in: list).first { $0["name"] == "limit" }
        #expect(limit?["required"] == false)
        #expect(limit?["schema"] == ["type": "integer", "minimum": 1, "maximum": 100, "default": 20])
        #expect(limit?["description"] == "The maximum number of entries; by default 20.")
    }

    @Test func `the description of a list says what it can be asked for`() {
        let list = ListWords([
            ["filters": [], "sortBy": ["createdAt", "name"]],
            ["filters": ["status"], "sortBy": ["createdAt", "name"]],
            ["filters": ["role", "status", "x"], "sortBy": ["name"]], ["filters": ["q"], "sortBy": []],
            ["filters": ["q", "status"], "sortBy": []],
        ])
        #expect(
            list.sentences == """
                Only these filters can be combined. Sorted by `createdAt` or `name`: none; `status`. Sorted by \
                `name`: `role`, `status` and `x`. With a search: none; `status`.
                """)
        #expect(
            list.parameter("sortBy") == """
                The field to sort by; by default `createdAt`, or the first that can be combined with the filters. Not \
                with `q`: search results come in the order of words.
                """)
        let plain = ListWords([["filters": [], "sortBy": ["name"]]])
        #expect(plain.sentences == nil)
        #expect(plain.parameter("sortBy") == "The field to sort by; by default `name`.")
        #expect(plain.parameter("status") == nil)
    }

    @Test func `a body has its schema, its example and whether it is required`() throws {
        let create = try #require(operation("post", "/api/v1/things")["requestBody"])
        let content = try #require(create["content"]?["application/json"])
        let schema = try resolve(try #require(content["schema"]))
        #expect(create["required"] == true)
        #expect(create["x-maximum-bytes"] == 16384)
        #expect(create["description"] == "At most 16 KiB, without a content coding.")
        #expect(content["example"] == ["name": "thing"])
        #expect(schema["required"] == ["name"])
        #expect(schema["additionalProperties"] == false)
        #expect(schema["properties"]?["note"]?["type"] == ["string", "null"])
        #expect(try operation("patch", "/api/v1/things/{id}")["requestBody"]?["required"] == false)
        #expect(try operation("get", "/api/v1/things")["requestBody"] == nil)
    }

    @Test func `an answer has its envelope, a page its meta and a document neither`() throws {
        func schema(_ method: String, _ path: String, _ status: String) throws -> JSON? {
            try operation(method, path)["responses"]?[status]?["content"]?["application/json"]?["schema"]
        }
        #expect(try schema("get", "/api/v1/things", "200")?["required"] == ["data", "meta"])
        #expect(try schema("post", "/api/v1/things", "201")?["required"] == ["data"])
        #expect(try schema("get", "/.well-known/keys.json", "200") == ["type": "object"])
        #expect(try operation("post", "/api/v1/things")["responses"]?["201"]?["headers"]?["Location"] != nil)
        #expect(try operation("delete", "/api/v1/things/{id}/old-parts")["responses"]?["204"]?["content"] == nil)
    }

    @Test func `created and listed resources link to the operations about them`() throws {
        func links(_ method: String, _ path: String, _ status: String) throws -> JSON? {
            try operation(method, path)["responses"]?[status]?["links"]
        }
        let created = try #require(try links("post", "/api/v1/things", "201"))
        #expect(
            created.members.map(\.name)
                == ["getThingsById", "patchThingsById", "deleteThingsByIdOldParts", "getThingsByIdOwners"])
        #expect(
            created["getThingsById"]
                == ["operationId": "getThingsById", "parameters": ["id": "$response.body#/data/id"]])
        let listed = try #require(try links("get", "/api/v1/things", "200"))
        #expect(listed["patchThingsById"]?["parameters"] == ["id": "$response.body#/data/0/id"])
        #expect(try links("get", "/api/v1/things/{id}", "200") == nil)
    }

    @Test func `a link takes parameters from the path, and the last one from the field of that name`() throws {
        let parameters = try operation("get", "/api/v1/things/{id}/owners")["responses"]?["200"]?["links"]?[
            "deleteThingsByIdOwnersByUserId"]?["parameters"]
        #expect(parameters == ["id": "$request.path.id", "userId": "$response.body#/data/0/userId"])
    }

    @Test func `limited operations document their limit and when to come back`() throws {
        func headers(_ method: String, _ path: String, _ status: String) throws -> JSON? {
            try operation(method, path)["responses"]?[status]?["headers"]
        }
        for status in ["200", "429"] {
            let reference = ["$ref": "#/components/headers/RateLimit"] as JSON
            #expect(try headers("get", "/api/v1/things", status)?["RateLimit"] == reference)
        }
        #expect(try headers("get", "/api/v1/things", "429")?["Retry-After"] != nil)
        #expect(try headers("get", "/api/v1/things", "503")?["Retry-After"] != nil)
        #expect(try headers("patch", "/api/v1/things/{id}", "200")?["RateLimit"] == nil)
        #expect(try headers("patch", "/api/v1/things/{id}", "429") == nil)
    }

    @Test func `the same routes give the same bytes`() {
        let info = OpenAPI.Info(title: "Things", version: "1.2.3", description: "All of them.", license: "Apache-2.0")
        #expect(OpenAPI(routes, info: info).document.text() == document.text())
    }
}
