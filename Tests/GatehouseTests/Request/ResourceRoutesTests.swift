import FoundationEssentials
import Testing
import Web

@testable import Gatehouse

@Suite struct ResourceRoutesTests {
    private static let things = ResourceRoutes(
        Project.self, at: "/things", tag: "Things", reads: Permission(rawValue: "things:read"),
        writes: Permission(rawValue: "things:write"), maximumBodyBytes: 1 << 20)

    private static let routes: [Route] = [
        things.create("Create", errors: [.conflict]) { (_: CreateProject, _) in .example },
        things.list("List") { (_: ListProjects, _) in Answer([]) },
        things.read("Read") { _, _ in .example },
        things.update("Change") { (_: UpdateProject, _) in .example },
        things.delete("Delete") { _, _ in },
        things.act("mend", "Mend") { _, _ in .example },
    ]

    @Test func `each route of a resource has its path, guard and scope`() {
        #expect(
            Self.routes.map { "\($0.method.rawValue) \($0.pattern) \($0.guard) \($0.scope?.rawValue ?? "")" } == [
                "POST /things user things:write", "GET /things user things:read", "GET /things/{id} owner things:read",
                "PATCH /things/{id} owner things:write", "DELETE /things/{id} owner things:write",
                "POST /things/{id}/mend owner things:write",
            ])
        #expect(Set(Self.routes.map(\.tag)) == ["Things"])
        #expect(Self.routes[0].errors == [.conflict])
    }

    @Test func `only bodies may be long`() {
        let usual = RequestBody.usualLimit
        #expect(Self.routes.map(\.maximumBodyBytes) == [1 << 20, usual, usual, 1 << 20, usual, usual])
    }
}
