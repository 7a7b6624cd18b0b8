import Database
import Testing

@testable import Gatehouse
@testable import Web

@Suite struct ListIndexesTests {
    private struct ListThings: RequestInput {
        enum Sort: String, CaseIterable, Sendable { case createdAt, name }

        let list: ListRequest<Sort>

        init(from input: inout Input) {
            _ = input.query("status", .text(1...10))
            list = ListRequest(from: &input, Self.indexes)
        }

        static let indexes = ListIndexes<Sort>(
            [
                ([], .name, "idx_name", "name"), (["status"], .createdAt, "idx_status_created_at", "created_at"),
                ([], .createdAt, "idx_created_at", "created_at"),
            ], searchableWith: [[]])
    }

    private func range(_ query: String) throws -> ListRange {
        let request = Request(method: .get, target: "/?\(query)")
        let input = try Input.read(InputReader(ListThings.self), from: request, path: [:], body: .none)
        return ListThings.indexes.range(for: input.list, in: "things", where: "TRUE", owners: .tenants([.user(7)]))
    }

    @Test(arguments: [
        ("", "idx_name", "name"), ("sortBy=createdAt", "idx_created_at", "created_at"),
        ("status=new", "idx_status_created_at", "created_at"),
        ("status=new&sortBy=createdAt&sortOrder=asc", "idx_status_created_at", "created_at"),
    ])
    func `a pair is read from its index`(query: String, index: String, column: String) throws {
        let range = try range(query)
        #expect(range.source.text == "things FORCE INDEX (\(index))")
        #expect(range.order(false).text == "\(column), id")
        #expect(range.owners?.values == ["u7"])
    }

    @Test func `a pair without an index is refused`() {
        #expect(throws: APIError.self) { try range("status=new&sortBy=name") }
    }

    @Test func `the document lists the sorts of each set of filters together`() {
        #expect(
            ListThings.indexes.combinations.json == [
                ["filters": [], "sortBy": ["name", "createdAt"]], ["filters": ["status"], "sortBy": ["createdAt"]],
                ["filters": ["q"], "sortBy": []],
            ])
    }
}
