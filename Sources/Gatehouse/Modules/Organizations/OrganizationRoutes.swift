import Web

extension Organizations {
    var routes: [Route] {
        own + MemberRoutes(service: MemberService(lists: lists, rule: rule, hooks: hooks)).routes
            + InvitationRoutes(lists: lists, limits: limits, rule: rule, hooks: hooks).routes
    }

    private var own: [Route] {
        [
            Route(
                .post, "/organizations", "Create an organization",
                description: "You become its owner. You can belong to \(Organization.maximumPerUser) organizations.",
                tag: "Organizations", guard: .user, scope: .organizationsWrite, tier: .standard, isVersioned: true,
                input: CreateOrganization.self, returns: .created(Organization.self),
                errors: [.conflict] + hooks.errors(of: OrganizationCreated.self, MemberJoined.self)
            ) { input, call in try service.create(input, call) },
            Route(
                .get, "/organizations", "List your organizations", tag: "Organizations", guard: .user,
                scope: .organizationsRead, tier: .standard, input: ListOrganizations.self,
                returns: .ok([Organization].self)
            ) { input, call in try service.list(input, call) },
            Route(
                .get, "/organizations/{id}", "Read an organization", tag: "Organizations",
                guard: .member(of: "id", atLeast: .viewer), scope: .organizationsRead, tier: .standard,
                isVersioned: true, input: NamedResource.self, returns: .ok(Organization.self)
            ) { input, call in try service.read(input, call) },
            Route(
                .patch, "/organizations/{id}", "Change an organization", tag: "Organizations",
                guard: .member(of: "id", atLeast: .admin), scope: .organizationsWrite, tier: .standard,
                isVersioned: true, input: UpdateOrganization.self, returns: .ok(Organization.self),
                errors: [.conflict] + hooks.errors(of: OrganizationChanged.self)
            ) { input, call in try service.update(input, call) },
            Route(
                .delete, "/organizations/{id}", "Delete an organization",
                description: "Deletes it permanently, with its projects, invitations and API keys.",
                tag: "Organizations",
                guard: .member(of: "id", atLeast: .owner), scope: .organizationsWrite, tier: .standard,
                isVersioned: true, input: NamedResource.self, returns: .noContent,
                errors: hooks.errors(of: OrganizationDeleted.self)
            ) { input, call in try service.delete(input, call) },
        ]
    }
}
