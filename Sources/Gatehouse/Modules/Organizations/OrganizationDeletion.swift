import Database
import FoundationEssentials

/// Deletes organizations.
enum OrganizationDeletion {
    /// Deletes an organization whose row is locked. Nobody reaches it from then on, since its members, invitations and
    /// keys are gone, and its slug is free. What it holds can be more than is deleted within a request, and is left to
    /// a job.
    static func run(_ organization: OrganizationReference, telling hooks: Hooks, in db: Connection) throws {
        try MemberRepository.removeAll(from: organization.id, in: db)
        try InvitationRepository.deleteAll(of: organization.id, in: db)
        try APIKeyRepository.deleteAll(of: organization.id, in: db)
        try OrganizationRepository.freeSlug(of: organization.id, in: db)
        try JobQueue.enqueue(PurgeOrganization(organizationID: organization.id), in: db)
        try hooks.fire(OrganizationDeleted(organization: organization), in: db)
    }
}

/// Deletes what a deleted organization held, and then its row.
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
            // Whoever was making a project when the organization was deleted holds its row until that is there.
            guard let organization = try OrganizationRepository.lock([organizationID], in: db).first else { return }
            try context.erasure.eraseOrganization(organizationID, in: db)
            try OrganizationRepository.delete(organization.reference, telling: context.hooks, in: db)
        }
    }
}
