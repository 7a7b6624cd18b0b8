import Web

extension Projects {
    var routes: [Route] {
        let projects = ResourceRoutes(
            Project.self, at: "/projects", tag: "Projects", reads: .projectsRead, writes: .projectsWrite)
        return [
            projects.create(
                "Create a project",
                description: "Yours, or, with `organizationId`, an organization's in which you are at least `member`.",
                errors: [.notFound], by: service.create),
            projects.list(
                "List projects",
                description: """
                    Yours, and those of every organization that you belong to. `q` finds the beginnings of words in \
                    names. Deleted ones are listed apart, with `deleted=true`, until they are purged.
                    """, by: service.list),
            projects.read("Read a project", by: service.read),
            projects.update(
                "Change a project",
                description: """
                    Fields that are left out stay as they are. In an organization a `member` changes what they made, \
                    `admin` and `owner` everything, a `viewer` nothing; deleting and restoring are changes too.
                    """, by: service.update),
            projects.delete(
                "Delete a project", description: "It can be restored for \(Project.graceDays) days, then it is purged.",
                by: service.delete),
            projects.act(
                "restore", "Restore a deleted project", description: "One that is not deleted stays as it is.",
                by: service.restore),
        ]
    }
}
