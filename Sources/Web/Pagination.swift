/// Which page of a list a caller asks for.
public struct PageRequest: Sendable, Equatable {
    /// The page, from 1.
    public let page: Int
    /// How many entries a page has, 1 to 100.
    public let limit: Int

    /// The deepest entry that offset paging reaches.
    public static let reach = 10_000

    /// Reads `page` (default 1) and `limit` (default 20) from the query.
    public init(from input: inout Input) {
        page = input.query("page", .integer(1...Self.reach)) ?? 1
        limit = input.query("limit", .integer(1...100)) ?? 20
        if page > 1, page * limit > Self.reach {
            input.reject("page", Rejection("range", "Page × limit must not pass \(Self.reach)."))
        }
    }

    /// How many entries stand before the page.
    public var offset: Int { (page - 1) * limit }

    /// The `meta` of the page.
    /// - Parameter total: how many entries there are; counting may stop one past `reach`.
    public func meta(total: Int) -> JSON {
        let counted = min(total, Self.reach)
        let pages = (counted + limit - 1) / limit
        var members: [JSON.Member] = [
            .init("page", .integer(page)), .init("limit", .integer(limit)), .init("total", .integer(counted)),
            .init("totalPages", .integer(pages)),
            .init("hasNextPage", .bool(page < pages && (page + 1) * limit <= Self.reach)),
            .init("hasPrevPage", .bool(page > 1)),
        ]
        if total > Self.reach { members.append(.init("totalIsCapped", true)) }
        return .object(members)
    }

    /// The schema of `meta`.
    static let metaSchema: JSON = [
        "type": "object", "additionalProperties": false,
        "properties": [
            "page": ["type": "integer"], "limit": ["type": "integer"], "total": ["type": "integer"],
            "totalPages": ["type": "integer"], "hasNextPage": ["type": "boolean"],
            "hasPrevPage": ["type": "boolean"], "totalIsCapped": ["type": "boolean"],
        ],
        "required": ["page", "limit", "total", "totalPages", "hasNextPage", "hasPrevPage"],
    ]
}

/// Which way a list is sorted.
public enum SortDirection: String, Sendable, CaseIterable {
    /// Smallest or oldest first.
    case ascending = "asc"
    /// Largest or newest first.
    case descending = "desc"
}
