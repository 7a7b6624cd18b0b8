import Database
import FoundationEssentials
import HTTPTypes
import Web

/// Organizations, their members and their invitations.
struct OrganizationRoutes {
    let lists: Lists
    let limits: Limits

    var routes: [Route] {
        own + MemberRoutes(lists: lists).routes + InvitationRoutes(lists: lists, limits: limits).routes
    }

    private var own: [Route] {
        [
            Route(
                .post, "/organizations", "Create an organization",
                description: "You become its owner. You can belong to \(Organization.mostOfUser) organizations.",
                tag: "Organizations", guard: .user, scope: .organizationsWrite, tier: .standard, isVersioned: true,
                input: CreateOrganization.self, returns: .created(Organization.self), errors: [.conflict],
                handle: create),
            Route(
                .get, "/organizations", "List your organizations", tag: "Organizations", guard: .user,
                scope: .organizationsRead, tier: .standard, input: ListOrganizations.self,
                returns: .ok([Organization].self), handle: list),
            Route(
                .get, "/organizations/{id}", "Read an organization", tag: "Organizations",
                guard: .member(of: "id", atLeast: .viewer), scope: .organizationsRead, tier: .standard,
                isVersioned: true, input: NamedOrganization.self, returns: .ok(Organization.self), handle: read),
            Route(
                .patch, "/organizations/{id}", "Change an organization", tag: "Organizations",
                guard: .member(of: "id", atLeast: .admin), scope: .organizationsWrite, tier: .standard,
                isVersioned: true, input: UpdateOrganization.self, returns: .ok(Organization.self),
                errors: [.conflict], handle: update),
            Route(
                .delete, "/organizations/{id}", "Delete an organization",
                description: "For good, with its projects, invitations and API keys.", tag: "Organizations",
                guard: .member(of: "id", atLeast: .owner), scope: .organizationsWrite, tier: .standard,
                isVersioned: true, input: NamedOrganization.self, returns: .noContent, handle: delete),
        ]
    }

    @Sendable private func create(_ input: CreateOrganization, _ call: Call) throws -> Answer<Organization> {
        let (user, principal, publicID) = (try call.user, try call.principal, UUID.v7())
        let organization = try withFreeSlug {
            try call.db.transaction { db in
                let founder = try Joining.lock(user.id, in: db)
                let id = try OrganizationRepository.insert(publicID, name: input.name, slug: input.slug, in: db)
                try Joining.add(founder, to: id, as: .owner, in: db)
                try Audit.record(
                    .organizationCreated, by: principal, target: publicID, from: call.origin, in: db)
                return try present(OrganizationRepository.find(id, as: .owner, in: db))
            }
        }
        var answer = answer(organization)
        answer.headers[.location] = "/api/v1/organizations/\(publicID.uuidString.lowercased())"
        return answer
    }

    @Sendable private func list(_ input: ListOrganizations, _ call: Call) throws -> Answer<[Organization]> {
        let memberships = try MembershipRepository.all(of: call.principal, in: call.db)
        let range = OrganizationRepository.range(memberships, by: input.list.sort)
        let page = try lists.page(input.list, of: [range], call)
        let organizations = try OrganizationRepository.find(memberships, in: call.db)
        return Answer(page.inOrder(organizations, by: \.id), meta: page.meta)
    }

    @Sendable private func read(_ input: NamedOrganization, _ call: Call) throws -> Answer<Organization> {
        let membership = try call.membership
        return answer(
            try present(OrganizationRepository.find(membership.organizationID, as: membership.role, in: call.db)))
    }

    @Sendable private func update(_ change: UpdateOrganization, _ call: Call) throws -> Answer<Organization> {
        let organization = try withFreeSlug {
            try call.db.transaction { db in
                let organization = try OrganizationLock.take(call, atLeast: .admin, in: db)
                try organization.entityTag.requireMatch(ifMatch: call.request.headers[.ifMatch])
                let changed = change.fieldsThatChange(organization)
                if changed.isEmpty { return organization }
                try OrganizationRepository.update(organization.id, with: change, in: db)
                try Audit.record(
                    .organizationUpdated, by: call.principal, target: organization.publicID,
                    details: ["fields": .array(changed.map { .string($0) })], from: call.origin, in: db)
                return try present(
                    OrganizationRepository.find(organization.id, as: organization.role, in: db))
            }
        }
        return answer(organization)
    }

    @Sendable private func delete(_ input: NamedOrganization, _ call: Call) throws -> Answer<NoContent> {
        try call.db.transaction { db in
            let organization = try OrganizationLock.take(call, atLeast: .owner, in: db)
            try organization.entityTag.requireMatch(ifMatch: call.request.headers[.ifMatch])
            try OrganizationRepository.delete(organization.id, in: db)
            try Audit.record(
                .organizationDeleted, by: call.principal, target: organization.publicID, from: call.origin, in: db)
        }
        return Answer(NoContent())
    }

    private func withFreeSlug<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as DatabaseError where error.isDuplicateKey("uq_organizations_slug") {
            throw APIError(.conflict, "Another organization has this slug.")
        }
    }

    private func present(_ organization: Organization?) throws(APIError) -> Organization {
        guard let organization else { throw APIError(.notFound) }
        return organization
    }

    private func answer(_ organization: Organization) -> Answer<Organization> {
        Answer(organization, headers: [.eTag: organization.entityTag.text])
    }
}

extension UpdateOrganization {
    /// The names of the fields whose value differs from the organization's.
    fileprivate func fieldsThatChange(_ organization: Organization) -> [String] {
        [changed("name", to: name, from: organization.name), changed("slug", to: slug, from: organization.slug)]
            .compactMap(\.self)
    }
}
