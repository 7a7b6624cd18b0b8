import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

extension EventPath {
    /// An organization, its owner, and a member.
    private struct Group {
        let organization: TestOrganization
        let owner: Person
        let member: Person

        init(in world: ListenedApplication) throws {
            owner = try world.person()
            member = try world.person()
            organization = try TestOrganization(by: owner, slug: "o-\(owner.id)")
            try organization.add(member, as: .member)
        }
    }

    static let ofOrganizations: [EventPath] = [
        EventPath("POST /organizations", OrganizationCreated.self, MemberJoined.self) { world in
            let person = try world.person()
            let body: JSON = ["name": "Engines", "slug": .string("o-\(person.id)")]
            return { .answered(person.send(.post, "/organizations", body)) }
        },
        EventPath("PATCH /organizations/{id}", OrganizationChanged.self) { world in
            let group = try Group(in: world)
            return { .answered(group.owner.send(.patch, group.organization.path(), ["name": "Looms"])) }
        },
        EventPath("DELETE /organizations/{id}", OrganizationDeleted.self) { world in
            let group = try Group(in: world)
            return { .answered(group.owner.send(.delete, group.organization.path())) }
        },
        EventPath(PurgeOrganization.kind, OrganizationErased.self) { world in
            let group = try Group(in: world)
            let job = PurgeOrganization(organizationID: try group.organization.internalID())
            #expect(group.owner.send(.delete, group.organization.path()).status == .noContent)
            return {
                try job.run(world.context)
                return .done
            }
        },
        EventPath("POST /organizations/{id}/invitations", InvitationSent.self) { world in
            let group = try Group(in: world)
            let body: JSON = ["email": .string(world.newAddress), "role": "viewer"]
            return { .answered(group.owner.send(.post, group.organization.path("/invitations"), body)) }
        },
        EventPath("DELETE /organizations/{id}/invitations/{invitationId}", InvitationRevoked.self) { world in
            let group = try Group(in: world)
            let invitations = group.organization.path("/invitations")
            let body: JSON = ["email": .string(world.newAddress), "role": "viewer"]
            let id = try #require(group.owner.send(.post, invitations, body).json["data"]?["id"]?.string)
            return { .answered(group.owner.send(.delete, "\(invitations)/\(id)")) }
        },
        EventPath(
            "DELETE /organizations/{id}/members/{userId}", MemberLeft.self, InvitationRevoked.self
        ) { world in
            let (group, guest) = (try Group(in: world), try world.person())
            try group.organization.add(guest, as: .admin)
            let body: JSON = ["email": .string(world.newAddress), "role": "viewer"]
            #expect(guest.send(.post, group.organization.path("/invitations"), body).status == .created)
            return { .answered(group.owner.send(.delete, group.organization.path(of: guest))) }
        },
        EventPath("POST /invitations/accept", InvitationAccepted.self, MemberJoined.self) { world in
            let (group, guest) = (try Group(in: world), try world.person())
            let token = try group.organization.link(for: guest.email, by: group.owner)
            return { .answered(guest.accept(token)) }
        },
        EventPath("PATCH /organizations/{id}/members/{userId}", MemberRoleChanged.self) { world in
            let group = try Group(in: world)
            return { .answered(group.owner.send(.patch, group.organization.path(of: group.member), ["role": "admin"])) }
        },
        EventPath(
            "POST /organizations/{id}/transfer-ownership", MemberRoleChanged.self, MemberRoleChanged.self
        ) { world in
            let group = try Group(in: world)
            let body: JSON = ["userId": .string(group.member.id)]
            return { .answered(group.owner.send(.post, group.organization.path("/transfer-ownership"), body)) }
        },
        EventPath("DELETE /organizations/{id}/members/{userId}", MemberLeft.self) { world in
            let group = try Group(in: world)
            return { .answered(group.owner.send(.delete, group.organization.path(of: group.member))) }
        },
        EventPath("POST /organizations/{id}/leave", MemberLeft.self) { world in
            let group = try Group(in: world)
            return { .answered(group.member.send(.post, group.organization.path("/leave"))) }
        },
    ]

    /// Somebody with an API key.
    private struct KeyHolder {
        let person: Person
        let key: String

        init(in world: ListenedApplication) throws {
            person = try world.person()
            let answer = person.send(.post, "/api-keys", Self.body)
            key = try #require(answer.json["data"]?["id"]?.string, "\(answer.json)")
        }

        static let body: JSON = ["name": "Test", "scopes": ["account:read"]]
    }

    static let ofKeys: [EventPath] = [
        EventPath("POST /api-keys", APIKeyCreated.self) { world in
            let person = try world.person()
            return { .answered(person.send(.post, "/api-keys", KeyHolder.body)) }
        },
        EventPath("POST /api-keys/{id}/rotate", APIKeyRotated.self) { world in
            let holder = try KeyHolder(in: world)
            return { .answered(holder.person.send(.post, "/api-keys/\(holder.key)/rotate")) }
        },
        EventPath("DELETE /api-keys/{id}", APIKeyRevoked.self) { world in
            let holder = try KeyHolder(in: world)
            return { .answered(holder.person.send(.delete, "/api-keys/\(holder.key)")) }
        },
        EventPath("DELETE /users/{id}/api-keys/{keyId}", APIKeyRevoked.self) { world in
            let holder = try KeyHolder(in: world)
            return { .answered(world.admin.send(.delete, "/users/\(holder.person.id)/api-keys/\(holder.key)")) }
        },
        EventPath("POST /users/{id}/sessions/revoke", AllSessionsEnded.self, APIKeyRevoked.self) { world in
            let path = "/users/\(try KeyHolder(in: world).person.id)/sessions/revoke"
            return { .answered(world.admin.send(.post, path, ["revokeApiKeys": true])) }
        },
        EventPath("POST /auth/logout", AllSessionsEnded.self, APIKeyRevoked.self) { world in
            let person = try KeyHolder(in: world).person
            return { .answered(person.send(.post, "/auth/logout?everywhere=true&revokeApiKeys=true")) }
        },
        EventPath("POST /users/me/password", PasswordChanged.self, APIKeyRevoked.self) { world in
            let person = try KeyHolder(in: world).person
            let body: JSON = [
                "currentPassword": .string(TestAccount.password), "newPassword": "battery horse staple correct",
                "revokeApiKeys": true,
            ]
            return { .answered(person.send(.post, "/users/me/password", body)) }
        },
        EventPath("gatehouse user revoke-sessions", AllSessionsEnded.self, APIKeyRevoked.self) { world in
            let email = try KeyHolder(in: world).person.email
            return {
                _ = try world.commands.revokeSessions(of: email, revokesAPIKeys: true)
                return .done
            }
        },
    ]
}
