import Testing

@testable import Web

private struct Things: RequestInput {
    enum Sort: String, CaseIterable, Sendable { case createdAt, name }

    let list: ListRequest<Sort>

    init(from input: inout Input) {
        _ = input.query("status", .text(1...10))
        _ = input.query("owner", .text(1...10))
        list = ListRequest(
            from: &input,
            ListCombinations(
                [([], [.createdAt, .name]), (["status"], [.createdAt]), (["owner"], [.name])],
                searchableWith: [[], ["owner"]]))
    }
}

@Suite struct ListRequestTests {
    private func list(_ query: String) throws -> ListRequest<Things.Sort> {
        try Input.read(Things.self, from: request(.get, "/?" + query), path: [:], body: .none).list
    }

    private func faults(_ query: String) -> [String]? {
        error(reading: Things.self, from: request(.get, "/?" + query))?.faults
    }

    @Test func `the default sort is the first of the filters, times newest first and names from the beginning`()
        throws
    {
        #expect(try list("").sort == .createdAt)
        #expect(try list("").order == .descending)
        #expect(try list("sortBy=name").order == .ascending)
        #expect(try list("sortBy=name&sortOrder=desc").order == .descending)
        #expect(try list("owner=me").sort == .name)
    }

    @Test(arguments: [
        ("status=a&sortBy=name", ["sortBy combination"]), ("owner=a&sortBy=createdAt", ["sortBy combination"]),
        ("status=a&owner=b", ["sortBy combination"]), ("status=a&q=word", ["q combination"]),
        ("q=word&sortBy=name", ["sortBy contradiction"]), ("q=word&sortOrder=asc", ["sortOrder contradiction"]),
        ("q=w", ["q too_short"]), ("q=%C3%A1", ["q too_short"]), ("q=a%CC%81", ["q too_short"]),
        ("q=", ["q too_short"]), ("q=1", ["q too_short"]), ("q=%F0%9F%9A%80", ["q too_short"]),
        ("page=1&cursor=", ["cursor contradiction"]), ("page=501", ["page range"]),
        ("sortBy=age", ["sortBy choice"]), ("surprise=1", ["surprise unknown"]),
    ])
    func `an undeclared combination is refused`(query: String, faults: [String]) {
        #expect(self.faults(query) == faults)
    }

    @Test(arguments: ["status=a", "status=a&sortBy=createdAt", "owner=a&sortBy=name", "q=word", "q=word&owner=a"])
    func `a declared combination is accepted`(query: String) {
        #expect(faults(query) == nil)
    }

    /// 中, 한 (also as three jamo), か, が in two, ア, ｱ, U+20BB7, ꀀ, ሀ, ก, 〇.
    @Test(arguments: [
        "中", "한", "\u{1112}\u{1161}\u{11AB}", "か", "か\u{3099}", "ア", "ｱ", "\u{20BB7}", "ꀀ", "ሀ", "ก", "〇", "ㅎ",
    ])
    func `one ideograph or syllable can be searched for`(word: String) throws {
        let encoded = word.utf8.map { "%" + String($0, radix: 16) }.joined()
        let search = try #require(try list("q=\(encoded)").search)
        #expect(Array(search.utf8) == Array(try word.nfcUTF8))
    }

    @Test func `composed and decomposed spellings of a search share a cursor`() throws {
        #expect(try list("q=a%CC%81b").binding == list("q=%C3%A1b").binding)
    }

    @Test func `a page out of reach suggests the cursor`() {
        let message = error(reading: Things.self, from: request(.get, "/?page=501"))?.details.first?.message
        #expect(message?.contains("cursor") == true)
    }

    @Test func `the position is a page or a cursor`() throws {
        guard case .page(let page) = try list("page=2&limit=5").position else {
            Issue.record("no page")
            return
        }
        #expect(page.offset == 5)
        #expect(try list("cursor=&limit=5").position == .cursor(""))
        #expect(try list("cursor=abc").limit == 20)
    }

    @Test func `the identity of a cursor's list depends on exactly filter, sort, order and search`() throws {
        let queries = [
            "", "sortBy=name", "sortOrder=asc", "status=a", "status=b", "owner=a", "q=word", "q=other",
            "q=word&owner=a",
        ]
        #expect(Set(try queries.map { try list($0).binding }).count == queries.count)
        #expect(try list("").binding == list("sortBy=createdAt&sortOrder=desc&limit=3&cursor=x").binding)
    }

    @Test func `the identity of a cursor's list has only one form`() throws {
        let (owner, search) = (try list("q=cc&owner=a%0Aq=b"), try list("q=b%0Aq=cc&owner=a"))
        #expect(owner.binding != search.binding)
    }

    @Test func `the document lists the combinations, including searches`() {
        let json = Input.describe(Things.self).combinations
        #expect(
            json == [
                ["filters": [], "sortBy": ["createdAt", "name"]], ["filters": ["status"], "sortBy": ["createdAt"]],
                ["filters": ["owner"], "sortBy": ["name"]], ["filters": ["q"], "sortBy": []],
                ["filters": ["owner", "q"], "sortBy": []],
            ])
    }

    @Test func `the schema of a cursor's meta has every member`() throws {
        let meta = try list("cursor=").meta(next: "abc").json
        #expect(meta.members.map(\.name) == ListMeta.partSchema["properties"]?.members.map(\.name))
        #expect(meta["hasNextPage"] == true)
        #expect(try list("cursor=").meta(next: nil).json["nextCursor"] == .null)
    }
}
