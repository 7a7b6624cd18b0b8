import Testing

@testable import Web

private struct List: RequestInput {
    let page: PageRequest
    init(from input: inout Input) { page = PageRequest(from: &input) }
}

@Suite struct PaginationTests {
    private func page(_ query: String) throws -> PageRequest {
        try Input.read(List.self, from: request(.get, "/?" + query), path: [:], body: .none).page
    }

    @Test(arguments: [
        ("", 1, 20, 0), ("page=1&limit=1", 1, 1, 0), ("page=3", 3, 20, 40), ("limit=100", 1, 100, 0),
        ("page=10000&limit=1", 10_000, 1, 9_999), ("page=100&limit=100", 100, 100, 9_900),
        ("page=500", 500, 20, 9_980), ("page=333&limit=30", 333, 30, 9_960),
    ])
    func `a page has its number, its size and its offset`(
        query: String, number: Int, limit: Int, offset: Int
    ) throws {
        let page = try page(query)
        #expect(page.page == number)
        #expect(page.limit == limit)
        #expect(page.offset == offset)
    }

    @Test(arguments: [
        ("page=0", ["page range"]), ("page=-1", ["page range"]), ("limit=0", ["limit range"]),
        ("limit=101", ["limit range"]), ("page=10001", ["page range"]), ("page=a", ["page type"]),
        ("page=9223372036854775807", ["page range"]), ("page=9223372036854775808", ["page type"]),
        ("page=9223372036854775807&limit=9223372036854775807", ["page range", "limit range"]),
        ("page=501", ["page range"]), ("page=101&limit=100", ["page range"]), ("page=334&limit=30", ["page range"]),
        ("page=10000&limit=100", ["page range"]), ("page=10000&limit=2", ["page range"]),
        ("page=10000&limit=101", ["limit range", "page range"]),
    ])
    func `a page out of reach is refused`(query: String, faults: [String]) {
        #expect(error(reading: List.self, from: request(.get, "/?" + query))?.faults == faults)
    }

    @Test(arguments: [
        ("", 0, #"{"page":1,"limit":20,"total":0,"totalPages":0,"hasNextPage":false,"hasPrevPage":false}"#),
        ("", 20, #"{"page":1,"limit":20,"total":20,"totalPages":1,"hasNextPage":false,"hasPrevPage":false}"#),
        ("", 21, #"{"page":1,"limit":20,"total":21,"totalPages":2,"hasNextPage":true,"hasPrevPage":false}"#),
        ("page=2", 21, #"{"page":2,"limit":20,"total":21,"totalPages":2,"hasNextPage":false,"hasPrevPage":true}"#),
        ("page=9", 21, #"{"page":9,"limit":20,"total":21,"totalPages":2,"hasNextPage":false,"hasPrevPage":true}"#),
        (
            "page=500", 10_000,
            #"{"page":500,"limit":20,"total":10000,"totalPages":500,"hasNextPage":false,"hasPrevPage":true}"#
        ),
        (
            "page=332&limit=30", 9_995,
            #"{"page":332,"limit":30,"total":9995,"totalPages":333,"hasNextPage":true,"hasPrevPage":true}"#
        ),
        (
            "page=333&limit=30", 9_995,
            #"{"page":333,"limit":30,"total":9995,"totalPages":333,"hasNextPage":false,"hasPrevPage":true}"#
        ),
    ])
    func `meta has the position of the page in the list`(query: String, total: Int, text: String) throws {
        #expect(try page(query).meta(total: total).json.compact == text)
    }

    @Test(arguments: [10_001, 1_000_000, Int.max])
    func `a total beyond the reach is capped and marked`(total: Int) throws {
        let meta = try page("").meta(total: total).json
        #expect(meta["total"] == 10_000)
        #expect(meta["totalPages"] == 500)
        #expect(meta["totalIsCapped"] == true)
    }

    @Test(arguments: 1...100)
    func `every page that meta counts can be requested, and no other`(limit: Int) throws {
        let meta = try page("limit=\(limit)").meta(total: .max).json
        let pages = try #require(meta["totalPages"]?.integer)
        let last = try page("limit=\(limit)&page=\(pages)").meta(total: .max).json
        #expect(last["hasNextPage"] == false)
        #expect(
            error(reading: List.self, from: request(.get, "/?limit=\(limit)&page=\(pages + 1)"))?.faults
                == ["page range"])
    }

    @Test func `the schema of meta has every member`() throws {
        let meta = try page("").meta(total: .max).json
        #expect(meta.members.map(\.name) == ListMeta.pageSchema["properties"]?.members.map(\.name))
    }
}
