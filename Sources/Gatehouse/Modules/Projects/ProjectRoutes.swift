import FoundationEssentials
import Web

extension Projects {
    var routes: [Route] {
        [
            Route(
                .post, "/projects", "Create a project",
                description: "Yours, or, with `organizationId`, an organization's in which you are at least `member`.",
                tag: "Projects", guard: .user, scope: .projectsWrite, tier: .standard, isVersioned: true,
                input: CreateProject.self, returns: .created(Project.self), errors: [.notFound]
            ) { input, call in Answer(created: try service.create(input, call), call) },
            Route(
                .get, "/projects", "List projects",
                description: """
                    Yours, and those of every organization that you belong to. `q` finds the beginnings of words in \
                    names. Deleted ones are listed apart, with `deleted=true`, until they are purged.
                    """, tag: "Projects", guard: .user, scope: .projectsRead, tier: .standard, input: ListProjects.self,
                returns: .ok([Project].self)
            ) { input, call in try service.list(input, call) },
            Route(
                .get, "/projects/{id}", "Read a project", tag: "Projects", guard: .owner, scope: .projectsRead,
                tier: .standard, isVersioned: true, input: NamedResource.self, returns: .ok(Project.self)
            ) { input, call in Answer(try service.read(input.id, call)) },
            Route(
                .patch, "/projects/{id}", "Change a project",
                description: """
                    Fields that are left out stay as they are. In an organization a `member` changes what they made, \
                    `admin` and `owner` everything, a `viewer` nothing; deleting and restoring are changes too.
                    """, tag: "Projects", guard: .owner, scope: .projectsWrite, tier: .standard, isVersioned: true,
                input: UpdateProject.self, returns: .ok(Project.self)
            ) { input, call in Answer(try service.update(input, call)) },
            Route(
                .delete, "/projects/{id}", "Delete a project",
                description: "It can be restored for \(Project.graceDays) days, then it is purged.", tag: "Projects",
                guard: .owner, scope: .projectsWrite, tier: .standard, isVersioned: true, input: NamedResource.self,
                returns: .noContent
            ) { input, call in Answer(done: try service.delete(input.id, call)) },
            Route(
                .post, "/projects/{id}/restore", "Restore a deleted project",
                description: "One that is not deleted stays as it is.", tag: "Projects", guard: .owner,
                scope: .projectsWrite, tier: .standard, isVersioned: true, input: NamedResource.self,
                returns: .ok(Project.self)
            ) { input, call in Answer(try service.restore(input.id, call)) },
        ]
    }
}
