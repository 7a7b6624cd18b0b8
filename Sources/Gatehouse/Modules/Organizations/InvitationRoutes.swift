import Web

/// Invitations to organizations.
struct InvitationRoutes {
    let invitations: Invitations
    let acceptance: InvitationAcceptance

    init(lists: Lists, limits: Limits, rule: SignInRule, hooks: Hooks) {
        acceptance = InvitationAcceptance(rule: rule, hooks: hooks)
        invitations = Invitations(lists: lists, limits: limits, hooks: hooks)
    }

    var routes: [Route] {
        [
            Route(
                .post, "/organizations/{id}/invitations", "Invite somebody by mail",
                description: """
                    Works whether or not the address has an account. The link in the mail works once and for \
                    \(Invitation.daysOpen) days. A person with an open invitation gets a new link, which replaces the \
                    previous one.
                    """, tag: "Organizations", guard: .member(of: "id", atLeast: .admin), scope: .organizationsWrite,
                tier: .emailSending, input: InviteMember.self, returns: .created(Invitation.self),
                errors: [.conflict] + invitations.hooks.errors(of: InvitationSent.self)
            ) { input, call in try invitations.invite(input, call) },
            Route(
                .get, "/organizations/{id}/invitations", "List the open invitations", tag: "Organizations",
                guard: .member(of: "id", atLeast: .admin), scope: .organizationsRead, tier: .standard,
                input: ListInvitations.self, returns: .ok([Invitation].self)
            ) { input, call in try invitations.list(input, call) },
            Route(
                .get, "/organizations/{id}/invitations/{invitationId}", "Read an open invitation",
                tag: "Organizations", guard: .member(of: "id", atLeast: .admin), scope: .organizationsRead,
                tier: .standard, input: NamedInvitation.self, returns: .ok(Invitation.self)
            ) { input, call in try invitations.read(input, call) },
            Route(
                .delete, "/organizations/{id}/invitations/{invitationId}", "Revoke an invitation",
                description: "Its link stops working at once.", tag: "Organizations",
                guard: .member(of: "id", atLeast: .admin), scope: .organizationsWrite, tier: .standard,
                input: NamedInvitation.self, returns: .noContent
            ) { input, call in try invitations.revoke(input, call) },
            Route(
                .post, "/invitations/accept", "Accept an invitation",
                description: """
                    Takes the token of the link. Your address must be the invited one, and verified. Existing members \
                    keep their role. The link does not work if its sender may no longer give the role.
                    """, tag: "Organizations", guard: .user, tier: .standard, input: AcceptInvitation.self,
                returns: .ok(AcceptedInvitation.self),
                errors: [.unprocessable, .emailNotVerified, .conflict]
                    + acceptance.hooks.errors(of: InvitationAccepted.self, MemberJoined.self)
            ) { input, call in try acceptance.accept(input, call) },
        ]
    }
}
