import Database
import FoundationEssentials
import Web

/// What can be done with an organization itself, each change in one transaction with its audit row.
struct OrganizationService {
    let lists: Lists
    let hooks: Hooks

    func create(_ input: CreateOrganization, _ call: Call) throws -> Answer<Organization> {
        let (user, principal, publicID) = (try call.user, try call.principal, UUID.v7())
        let organization = try withFreeSlug {
            try call.db.transaction { db in
                let founder = try Joining.lock(user.id, in: db)
                let new = try OrganizationRepository.insert(
                    publicID, name: input.name, slug: input.slug, telling: hooks, in: db)
                try Joining.add(founder, to: new, as: .owner, telling: hooks, in: db)
                try Audit.record(
                    .organizationCreated, by: principal, target: publicID, from: call.origin, in: db)
                return try present(OrganizationRepository.find(new.id, as: .owner, in: db))
            }
        }
        var answer = answer(organization)
        answer.headers[.location] = "/api/v1/organizations/\(publicID.text)"
        return answer
    }

    func list(_ input: ListOrganizations, _ call: Call) throws -> Answer<[Organization]> {
        let memberships = try MembershipRepository.all(of: call.principal, in: call.db)
        let range = OrganizationRepository.range(memberships, by: input.list.sort)
        let page = try lists.page(input.list, of: range, call)
        let organizations = try OrganizationRepository.find(memberships, in: call.db)
        return Answer(page.inOrder(organizations, by: \.id), meta: page.meta)
    }

    func read(_ input: NamedOrganization, _ call: Call) throws -> Answer<Organization> {
        let membership = try call.membership
        return answer(
            try present(OrganizationRepository.find(membership.organizationID, as: membership.role, in: call.db)))
    }

    func update(_ change: UpdateOrganization, _ call: Call) throws -> Answer<Organization> {
        let organization = try withFreeSlug {
            try call.db.transaction { db in
                let organization = try OrganizationLock.take(call, atLeast: .admin, in: db)
                try organization.entityTag.requireMatch(ifMatch: call.request.headers[.ifMatch])
                let changed = change.fieldsThatChange(organization)
                if changed.isEmpty { return organization }
                try OrganizationRepository.update(
                    organization.reference, with: change,
                    of: Set(changed.compactMap(OrganizationChanged.Field.init)), telling: hooks, in: db)
                try Audit.record(
                    .organizationUpdated, by: call.principal, target: organization.publicID,
                    details: ["fields": .array(changed.map { .string($0) })], from: call.origin, in: db)
                return try present(
                    OrganizationRepository.find(organization.id, as: organization.role, in: db))
            }
        }
        return answer(organization)
    }

    func delete(_ input: NamedOrganization, _ call: Call) throws -> Answer<NoContent> {
        try call.db.transaction { db in
            let organization = try OrganizationLock.take(call, atLeast: .owner, in: db)
            try organization.entityTag.requireMatch(ifMatch: call.request.headers[.ifMatch])
            try OrganizationDeletion.run(organization.reference, telling: hooks, in: db)
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
