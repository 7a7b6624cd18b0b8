import Web

extension Projects {
    var routes: [Route] {
        let projects = ResourceRoutes(
            Project.self, at: "/projects", tag: "Projects", reads: .projectsRead, writes: .projectsWrite)
        return [
            projects.create(
                "Create a project",
                description: """
                    Creates your own project or, with `organizationId`, one of an organization in which you are at \
                    least `member`.
                    """, errors: [.notFound] + service.hooks.errors(of: ProjectCreated.self), by: service.create),
            projects.list(
                "List projects",
                description: """
                    Lists your own projects and those of your organizations. `q` finds the beginnings of words in \
                    names. Deleted projects are listed separately, with `deleted=true`, until they are purged.
                    """, by: service.list),
            projects.read("Read a project", by: service.read),
            projects.update(
                "Change a project",
                description: """
                    Fields that are left out stay as they are. In an organization a `member` can change projects that \
                    they created, `admin` and `owner` all projects, and `viewer` none. Deleting and restoring are \
                    changes too.
                    """, errors: service.hooks.errors(of: ProjectUpdated.self), by: service.update),
            projects.delete(
                "Delete a project", description: "It can be restored for \(Project.graceDays) days, then it is purged.",
                errors: service.hooks.errors(of: ProjectDeleted.self), by: service.delete),
            projects.act(
                "restore", "Restore a deleted project", description: "A project that is not deleted stays as it is.",
                errors: service.hooks.errors(of: ProjectRestored.self), by: service.restore),
        ]
    }
}
