import FoundationEssentials
import Web

extension Roles {
    var routes: [Route] {
        [
            Route(
                .get, "/roles", "List roles", tag: "Roles", guard: .permission(.rolesRead), tier: .standard,
                input: ListRoles.self, returns: .ok([Role].self)
            ) { input, call in try service.list(input, call) },
            Route(
                .post, "/roles", "Create a role",
                description: """
                    You cannot create a role with permissions that you do not have. Accounts refer to a role by its \
                    name.
                    """,
                tag: "Roles", guard: .permission(.rolesWrite), tier: .standard, isVersioned: true,
                input: InputReader(CreateRole.exampleBody) { [catalogue] in CreateRole(from: &$0, catalogue) },
                returns: .created(Role.self), errors: hooks.errors(of: RoleCreated.self)
            ) { input, call in Answer(created: try service.create(input, call), call) },
            Route(
                .get, "/roles/{id}", "Read a role", tag: "Roles", guard: .permission(.rolesRead), tier: .standard,
                isVersioned: true, input: NamedResource.self, returns: .ok(Role.self), errors: [.notFound]
            ) { input, call in Answer(try service.read(input.id, in: call.db)) },
            Route(
                .patch, "/roles/{id}", "Change a role",
                description: """
                    The change counts from the next request of every user with the role. Built-in roles cannot be \
                    changed.
                    """,
                tag: "Roles", guard: .permission(.rolesWrite), tier: .standard, isVersioned: true,
                input: InputReader(UpdateRole.exampleBody) { [catalogue] in UpdateRole(from: &$0, catalogue) },
                returns: .ok(Role.self), errors: [.notFound, .conflict] + hooks.errors(of: RoleUpdated.self)
            ) { input, call in Answer(try service.update(input, call)) },
            Route(
                .delete, "/roles/{id}", "Delete a role", description: "No account may have the role.", tag: "Roles",
                guard: .permission(.rolesWrite), tier: .standard, isVersioned: true, input: NamedResource.self,
                returns: .noContent, errors: [.notFound, .conflict] + hooks.errors(of: RoleDeleted.self)
            ) { input, call in Answer(done: try service.delete(input.id, call)) },
        ]
    }
}
