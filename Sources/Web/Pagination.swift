/// The requested page of a list.
public struct PageRequest: Sendable, Equatable {
    /// The page, from 1.
    public let page: Int
    /// The number of entries of a page, 1 to 100.
    public let limit: Int

    /// The deepest entry that paging by number reaches.
    package static let reach = 10_000

    /// The default number of entries of a page.
    static let usualLimit = 20

    /// Reads `page` (default 1) and `limit` (default 20) from the query.
    init(from input: inout Input) {
        let message = "From 1, and page × limit at most \(Self.reach): `cursor` goes further."
        page = input.query("page", .integer(1...Self.reach, message)) ?? 1
        limit = input.query("limit", Self.limits) ?? Self.usualLimit
        if page > 1, page * limit > Self.reach { input.reject("page", Rejection("range", message)) }
    }

    private static let limits = Field<Int>.integer(1...100).annotated("default", .integer(usualLimit))

    /// The number of entries before the page.
    package var offset: Int { (page - 1) * limit }

    /// The `meta` of the page.
    /// - Parameter total: the number of entries; counting may stop one past `reach`.
    package func meta(total: Int) -> ListMeta { .page(self, total: total) }
}

/// The `meta` of a list.
public enum ListMeta: ResponseValue {
    /// For a page by number, with the number of entries of the list; counting may stop one past the reach of paging.
    case page(PageRequest, total: Int)
    /// For a part by cursor, with the cursor of the next part; `nil` at the end.
    case part(limit: Int, next: String?)

    /// Writes an object.
    public func render(to output: inout Output) {
        output.object { output in
            switch self {
            case .page(let request, let total): Self.write(request, total, to: &output)
            case .part(let limit, let next):
                output.field("limit", limit)
                output.field("nextCursor", next)
                output.field("hasNextPage", next != nil)
            }
        }
    }

    private static func write(_ request: PageRequest, _ total: Int, to output: inout Output) {
        let (limit, counted) = (request.limit, min(total, PageRequest.reach))
        let pages = min((counted + limit - 1) / limit, PageRequest.reach / limit)
        output.field("page", request.page)
        output.field("limit", limit)
        output.field("total", counted)
        output.field("totalPages", pages)
        output.field("hasNextPage", request.page < pages)
        output.field("hasPrevPage", request.page > 1)
        if total > PageRequest.reach { output.field("totalIsCapped", true) }
    }

    /// The end of a list.
    public static var example: ListMeta { .part(limit: 20, next: nil) }

    /// Either form.
    public static func schema(in components: inout Components) -> JSON { ["anyOf": [pageSchema, partSchema]] }

    static let pageSchema: JSON = [
        "type": "object", "additionalProperties": false, "description": "For a page by number.",
        "properties": [
            "page": ["type": "integer"], "limit": ["type": "integer"], "total": ["type": "integer"],
            "totalPages": [
                "type": "integer",
                "description": "The number of pages that can be requested by number; `cursor` reaches the rest.",
            ],
            "hasNextPage": ["type": "boolean"], "hasPrevPage": ["type": "boolean"],
            "totalIsCapped": ["type": "boolean"],
        ],
        "required": ["page", "limit", "total", "totalPages", "hasNextPage", "hasPrevPage"],
    ]

    static let partSchema: JSON = [
        "type": "object", "additionalProperties": false, "description": "For a part by cursor.",
        "properties": [
            "limit": ["type": "integer"], "nextCursor": ["type": ["string", "null"]],
            "hasNextPage": ["type": "boolean"],
        ],
        "required": ["limit", "nextCursor", "hasNextPage"],
    ]
}

/// The direction of a sort.
public enum SortDirection: String, Sendable, CaseIterable {
    /// Smallest or oldest first.
    case ascending = "asc"
    /// Largest or newest first.
    case descending = "desc"

    /// The default: newest first for times, else alphabetically.
    static func `default`(of sort: String) -> SortDirection {
        sort.hasSuffix("At") ? .descending : .ascending
    }
}
