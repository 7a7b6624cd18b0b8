import Database
import FoundationEssentials
import Web

/// The use cases of an organization itself, each change in one transaction with its event.
struct OrganizationService {
    let lists: Lists
    let hooks: Hooks

    func create(_ input: CreateOrganization, _ call: Call) throws -> Answer<Organization> {
        let (user, publicID) = (try call.user, UUID.v7())
        let organization = try withFreeSlug {
            try call.db.transaction { db in
                let founder = try Joining.lock(user.id, in: db)
                let actor = try call.actor
                let new = try OrganizationRepository.insert(
                    publicID, name: input.name, slug: input.slug, by: actor, telling: hooks, in: db)
                try Joining.add(founder, to: new, as: .owner, by: actor, telling: hooks, in: db)
                return try OrganizationRepository.find(new.id, as: .owner, in: db).orNotFound()
            }
        }
        return Answer(created: organization, call)
    }

    func list(_ input: ListOrganizations, _ call: Call) throws -> Answer<[Organization]> {
        let memberships = try MembershipRepository.all(of: call.principal, in: call.db)
        let range = OrganizationRepository.range(memberships, for: input.list)
        let page = try lists.page(input.list, of: range, call)
        let organizations = try OrganizationRepository.find(memberships, in: call.db)
        return Answer(page.inOrder(organizations, by: \.id), meta: page.meta)
    }

    func read(_ input: NamedResource, _ call: Call) throws -> Answer<Organization> {
        let membership = try call.membership
        return Answer(
            try OrganizationRepository.find(membership.organizationID, as: membership.role, in: call.db).orNotFound())
    }

    func update(_ change: UpdateOrganization, _ call: Call) throws -> Answer<Organization> {
        let organization = try withFreeSlug {
            try call.db.transaction { db in
                let organization = try OrganizationLock.take(call, atLeast: .admin, in: db)
                try call.requireVersion(of: organization)
                let changed = try change.fieldsThatChange(organization)
                if changed.isEmpty { return organization }
                try OrganizationRepository.update(
                    organization.reference, with: change,
                    of: Set(changed.compactMap(OrganizationChanged.Field.init)), by: call.actor, telling: hooks,
                    in: db)
                return try OrganizationRepository.find(organization.id, as: organization.role, in: db).orNotFound()
            }
        }
        return Answer(organization)
    }

    func delete(_ input: NamedResource, _ call: Call) throws -> Answer<NoContent> {
        try call.db.transaction { db in
            let organization = try OrganizationLock.take(call, atLeast: .owner, in: db)
            try call.requireVersion(of: organization)
            try OrganizationDeletion.run(organization.reference, by: call.actor, telling: hooks, in: db)
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
}
