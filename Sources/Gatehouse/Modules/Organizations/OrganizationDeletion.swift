import Database
import FoundationEssentials

/// Deletes organizations.
enum OrganizationDeletion {
    /// Deletes an organization whose row is locked. Nobody can reach it afterwards, since its members, invitations and
    /// keys are gone, and its slug is free. A job deletes its data, which can be too much for a request.
    static func run(
        _ organization: OrganizationReference, by actor: AuditActor, telling hooks: Hooks, in db: Connection
    ) throws {
        try MemberRepository.removeAll(from: organization.id, in: db)
        try InvitationRepository.deleteAll(of: organization.id, in: db)
        try APIKeyRepository.deleteAll(of: organization.id, in: db)
        try OrganizationRepository.freeSlug(of: organization.id, in: db)
        try hooks.fire(OrganizationDeleted(organization: organization), by: actor, in: db)
    }
}

/// Deletes the data of a deleted organization, and then its row.
struct PurgeOrganization: Job {
    static let kind = "organizations.purge"

    let organizationID: UInt64

    var subjects: [JobSubject] { [] }

    func run(_ context: JobContext) throws {
        let tenant = Tenant.organization(organizationID)
        while try context.db.transaction({ db in try context.erasure.eraseSome(of: tenant, in: db) }) {
            try context.checkStop()
        }
        try context.db.transaction { db in
            // A request that was creating a project when the organization was deleted locks this row until the project
            // exists.
            guard let organization = try OrganizationRepository.lock([organizationID], in: db).first else { return }
            try context.erasure.eraseOrganization(organizationID, in: db)
            try OrganizationRepository.delete(organization.reference, by: .program, telling: context.hooks, in: db)
        }
    }
}
