import Web

/// The members of an organization.
struct MemberRoutes {
    let service: MemberService

    var routes: [Route] {
        [
            Route(
                .get, "/organizations/{id}/members", "List the members", tag: "Organizations",
                guard: .member(of: "id", atLeast: .viewer), scope: .organizationsRead, tier: .standard,
                input: ListMembers.self, returns: .ok([Member].self), handle: service.list),
            Route(
                .get, "/organizations/{id}/members/{userId}", "Read a member", tag: "Organizations",
                guard: .member(of: "id", atLeast: .viewer), scope: .organizationsRead, tier: .standard,
                isVersioned: true, input: NamedMember.self, returns: .ok(Member.self), handle: service.read),
            Route(
                .patch, "/organizations/{id}/members/{userId}", "Give a member another role",
                description: """
                    You cannot give or take a role above your own. At least one owner must remain. A lower role \
                    revokes the open invitations that the member sent, and those to their address.
                    """,
                tag: "Organizations", guard: .member(of: "id", atLeast: .admin), scope: .organizationsWrite,
                tier: .standard, isVersioned: true, input: ChangeMemberRole.self, returns: .ok(Member.self),
                errors: [.lastOwner, .conflict] + service.hooks.errors(of: MemberRoleChanged.self)
            ) { input, call in try service.changeRole(input, call) },
            Route(
                .delete, "/organizations/{id}/members/{userId}", "Remove a member",
                description: """
                    You cannot remove a member with a role above your own. At least one owner must remain. The open \
                    invitations that the member sent, and those to their address, are revoked.
                    """,
                tag: "Organizations", guard: .member(of: "id", atLeast: .admin), scope: .organizationsWrite,
                tier: .standard, isVersioned: true, input: NamedMember.self, returns: .noContent,
                errors: [.lastOwner] + service.hooks.errors(of: MemberLeft.self)
            ) { input, call in try service.remove(input, call) },
            Route(
                .post, "/organizations/{id}/leave", "Leave an organization",
                description: "The last owner cannot leave: transfer the organization before, or delete it.",
                tag: "Organizations", guard: .member(of: "id", atLeast: .viewer), tier: .standard,
                input: NamedResource.self, returns: .noContent,
                errors: [.lastOwner] + service.hooks.errors(of: MemberLeft.self)
            ) { _, call in try service.leave(call) },
            Route(
                .post, "/organizations/{id}/transfer-ownership", "Make a member the owner in your place",
                description: "The member becomes an owner, and you an admin.", tag: "Organizations",
                guard: .member(of: "id", atLeast: .owner), scope: .organizationsWrite, tier: .standard,
                isVersioned: true, input: TransferOwnership.self, returns: .ok(Member.self),
                errors: [.conflict] + service.hooks.errors(of: MemberRoleChanged.self)
            ) { input, call in try service.transferOwnership(input, call) },
        ]
    }
}
