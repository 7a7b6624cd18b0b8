import Testing
import Web

@testable import Gatehouse

@Suite struct ChangedFieldTests {
    @Test func `a field changes if it is given another value`() {
        #expect(changed("name", to: "Ada", from: "Grace") == "name")
        #expect(changed("name", to: "Ada", from: "Ada") == nil)
        #expect(changed("name", to: nil, from: "Ada") == nil)
        #expect(changed("status", to: Project.Status.archived, from: .active) == "status")
        #expect(changed("pinned", to: false, from: false) == nil)
        #expect(changed("permissions", to: ["a", "b"], from: ["a"]) == "permissions")
    }

    @Test func `a field that may be null is left out, null, or another value`() {
        #expect(changed("avatarUrl", to: String??.none, from: "https://a.example/") == nil)
        #expect(changed("avatarUrl", to: String??.some(nil), from: "https://a.example/") == "avatarUrl")
        #expect(changed("avatarUrl", to: String??.some(nil), from: String?.none) == nil)
    }

    @Test func `composed and decomposed characters differ`() {
        #expect(changed("name", to: "caf\u{E9}", from: "cafe\u{301}") == "name")
        #expect(changed("name", to: ["caf\u{E9}"], from: ["cafe\u{301}"]) == "name")
    }
}
