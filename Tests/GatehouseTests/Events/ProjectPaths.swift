import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

extension EventPath {
    /// Somebody with a project, or an administrator with a role.
    private struct Holder {
        let path: String

        init(_ path: String, _ response: Response) throws {
            self.path = "\(path)/\(try #require(response.json["data"]?["id"]?.string, "\(response.json)"))"
        }
    }

    static let ofProjects: [EventPath] = [
        EventPath("POST /projects", ProjectCreated.self) { world in
            let person = try world.person()
            return { .answered(person.send(.post, "/projects", project)) }
        },
        EventPath("PATCH /projects/{id}", ProjectUpdated.self) { world in
            let person = try world.person()
            let holder = try Holder("/projects", person.send(.post, "/projects", project))
            return { .answered(person.send(.patch, holder.path, ["status": "archived"])) }
        },
        EventPath("DELETE /projects/{id}", ProjectDeleted.self) { world in
            let person = try world.person()
            let holder = try Holder("/projects", person.send(.post, "/projects", project))
            return { .answered(person.send(.delete, holder.path)) }
        },
        EventPath("POST /projects/{id}/restore", ProjectRestored.self) { world in
            let person = try world.person()
            let holder = try Holder("/projects", person.send(.post, "/projects", project))
            #expect(person.send(.delete, holder.path).status == .noContent)
            return { .answered(person.send(.post, holder.path + "/restore")) }
        },
        EventPath(PurgeProjects.kind, ProjectPurged.self) { world in
            let person = try world.person()
            let holder = try Holder("/projects", person.send(.post, "/projects", project))
            #expect(person.send(.delete, holder.path).status == .noContent)
            let id = String(holder.path.suffix(36))
            try world.db.execute(
                "UPDATE projects SET deleted_at = NOW(6) - INTERVAL 31 DAY WHERE public_id = \(id)")
            return {
                try PurgeProjects().run(world.context)
                return .done
            }
        },
    ]

    private static let project: JSON = ["name": "Difference Engine"]

    static let ofRoles: [EventPath] = [
        EventPath("POST /roles", RoleCreated.self) { world in
            let new = role()
            return { .answered(world.admin.send(.post, "/roles", new)) }
        },
        EventPath("PATCH /roles/{id}", RoleUpdated.self) { world in
            let holder = try Holder("/roles", world.admin.send(.post, "/roles", role()))
            return { .answered(world.admin.send(.patch, holder.path, ["permissions": ["audit:read"]])) }
        },
        EventPath("DELETE /roles/{id}", RoleDeleted.self) { world in
            let holder = try Holder("/roles", world.admin.send(.post, "/roles", role()))
            return { .answered(world.admin.send(.delete, holder.path)) }
        },
    ]

    private static func role() -> JSON {
        ["name": .string("r-\(UUID().text)"), "permissions": []]
    }
}
