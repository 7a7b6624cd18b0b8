import Testing
import Web

@testable import Gatehouse

@Suite struct ChangedFieldTests {
    /// What compares fields is every request.
    private struct Change: RequestInput {
        init(from input: inout Input) {}
        init() {}
    }

    private let change = Change()

    @Test func `a field changes where it is given another value`() {
        #expect(change.changed("name", to: "Ada", from: "Grace") == "name")
        #expect(change.changed("name", to: "Ada", from: "Ada") == nil)
        #expect(change.changed("name", to: nil, from: "Ada") == nil)
        #expect(change.changed("status", to: Project.Status.archived, from: .active) == "status")
        #expect(change.changed("pinned", to: false, from: false) == nil)
        #expect(change.changed("permissions", to: ["a", "b"], from: ["a"]) == "permissions")
    }

    @Test func `a field that may be null is left out, null, or something else`() {
        #expect(change.changed("avatarUrl", to: String??.none, from: "https://a.example/") == nil)
        #expect(change.changed("avatarUrl", to: String??.some(nil), from: "https://a.example/") == "avatarUrl")
        #expect(change.changed("avatarUrl", to: String??.some(nil), from: String?.none) == nil)
    }

    @Test func `composed and decomposed characters are not the same`() {
        #expect(change.changed("name", to: "caf\u{E9}", from: "cafe\u{301}") == "name")
        #expect(change.changed("name", to: ["caf\u{E9}"], from: ["cafe\u{301}"]) == "name")
    }
}
