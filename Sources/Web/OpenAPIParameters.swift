// Descriptions of parameters in the document, besides their schemas. The parameters of lists are the same everywhere,
// so they are described here; filters are described where they are read.

extension OpenAPI {
    static func parameters<Context>(_ route: GenericRoute<Context>) -> [JSON] {
        var parameters = route.input.filter { $0.place == .query || $0.place == .path }.map { field in
            parameter(
                field.name, in: field.place.rawValue, isRequired: field.isRequired, schema: field.schema,
                description: description(of: field, route))
        }
        if let name = conditionalHeader(route) {
            parameters.append(
                parameter(
                    name, in: "header", schema: ["type": "string"],
                    description: name == "If-Match"
                        ? "The `ETag` of the version to change; a request for another version gets 412."
                        : "The `ETag` of the version that the client has; if it is current, the answer is 304."))
        }
        if route.isIdempotent {
            parameters.append(
                parameter(
                    "Idempotency-Key", in: "header", schema: IdempotencyKey.schema,
                    description: """
                        Chosen by the caller. For 24 hours, the same request with the same key creates nothing more \
                        and gets the same answer.
                        """))
        }
        return parameters
    }

    /// The header field that makes a request conditional, for routes with versions.
    static func conditionalHeader<Context>(_ route: GenericRoute<Context>) -> String? {
        guard route.success.hasEntityTag else { return nil }
        switch route.method {
        case .get: return "If-None-Match"
        case .post: return nil
        default: return "If-Match"
        }
    }

    /// A parameter, with the description of its schema if it has none of its own, since tools show that of parameters.
    private static func parameter(
        _ name: String, in place: String, isRequired: Bool = false, schema: JSON, description: String?
    ) -> JSON {
        var members: [JSON.Member] = [.init("name", .string(name)), .init("in", .string(place))]
        if let text = description.map({ .string($0) }) ?? schema["description"] {
            members.append(.init("description", text))
        }
        if place != "header" { members.append(.init("required", .bool(isRequired))) }
        return .object(members + [.init("schema", .object(schema.members.filter { $0.name != "description" }))])
    }

    private static func description<Context>(of field: Input.Declaration, _ route: GenericRoute<Context>) -> String? {
        if field.place == .path {
            if field.schema["description"] != nil { return nil }
            return route.pattern.firstRange(of: "/{\(field.name)}").map {
                "The id of an entry of `\(route.pattern[..<$0.lowerBound])`."
            }
        }
        return route.combinations.flatMap { ListWords($0).parameter(field.name) }
    }
}

/// Sentences about a list for the document, from its declared combinations.
struct ListWords {
    private let combinations: [(filters: [String], sorts: [String])]

    init(_ combinations: JSON) {
        self.combinations = combinations.elements.map { combination in
            (
                (combination["filters"]?.elements ?? []).compactMap(\.string),
                (combination["sortBy"]?.elements ?? []).compactMap(\.string)
            )
        }
    }

    /// Whether the list can be searched.
    private var isSearchable: Bool { combinations.contains { $0.filters.contains("q") } }

    /// The description of a parameter that every list has.
    func parameter(_ name: String) -> String? {
        switch name {
        case "page":
            """
            The number of the page, from 1; not with `cursor`. `page` × `limit` is at most \(PageRequest.reach); \
            `cursor` goes further.
            """
        case "limit": "The maximum number of entries; by default \(PageRequest.usualLimit)."
        case "cursor":
            """
            The position from which to continue, instead of `page`. Empty for the first entries, then \
            `meta.nextCursor` of the previous answer, with the same filters, sort and order.
            """
        case "sortBy": "The field to sort by; by default \(defaultSort)." + notWithSearch
        case "sortOrder":
            "By default `desc` for times, so the newest come first, and `asc` for everything else."
                + notWithSearch
        default: nil
        }
    }

    private var notWithSearch: String {
        isSearchable ? " Not with `q`: search results come in the order of words." : ""
    }

    private var defaultSort: String {
        let defaults = combinations.filter { !$0.sorts.isEmpty }.map { $0.sorts[0] }
        guard let usual = defaults.first else { return "nothing" }
        return "`\(usual)`"
            + (defaults.allSatisfy { $0 == usual }
                ? ""
                : ", or the first that can be combined with the filters")
    }

    /// The combinations of filters and sorts; `nil` if there are no filters.
    var sentences: String? {
        guard combinations.count > 1 else { return nil }
        var groups: [(sorts: [String], filters: [[String]])] = []
        for (filters, sorts) in combinations {
            if let index = groups.firstIndex(where: { $0.sorts == sorts }) {
                groups[index].filters.append(filters)
            } else {
                groups.append((sorts, [filters]))
            }
        }
        let said = groups.map { sorts, filters in
            sorts.isEmpty
                ? "With a search: \(Self.alternatives(filters.map { $0.filter { $0 != "q" } }))."
                : "Sorted by \(Self.list(sorts, "or")): \(Self.alternatives(filters))."
        }
        return "Only these filters can be combined. " + said.joined(separator: " ")
    }

    private static func alternatives(_ filters: [[String]]) -> String {
        filters.map { $0.isEmpty ? "none" : list($0, "and") }.joined(separator: "; ")
    }

    /// `a`, `b` and `c`.
    private static func list(_ names: [String], _ last: String) -> String {
        let quoted = names.map { "`\($0)`" }
        return quoted.count < 2
            ? quoted.joined() : quoted.dropLast().joined(separator: ", ") + " \(last) \(quoted[quoted.count - 1])"
    }
}

extension JSON {
    /// The elements of an array; empty for other values.
    fileprivate var elements: [JSON] { if case .array(let elements) = self { elements } else { [] } }
}
