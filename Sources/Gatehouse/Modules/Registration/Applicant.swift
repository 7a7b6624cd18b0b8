import Database
import FoundationEssentials

/// Somebody who registers.
struct Applicant {
    let publicID: UUID
    let email: EmailAddress
    let name: String
    let passwordHash: String
    /// In fixed words of our own, since the owner of the address sees them.
    let device: String?
    let invitation: InvitationProof
    let origin: Origin

    /// The applicant, as the actor of the registration.
    var actor: AuditActor { AuditActor(publicID, from: origin) }

    /// Makes the account, in the caller's transaction.
    /// - Throws: the duplicate key `uq_users_email_key` if the address is taken.
    func insert(by erasure: any Erasure, telling hooks: Hooks, in db: Connection) throws -> User {
        try AddressClaim.typed.take(email, by: actor, erasure: erasure, telling: hooks, in: db)
        return try UserRepository.insert(
            publicID, email: email, name: name, passwordHash: passwordHash, device: device, invitation: invitation,
            by: actor, telling: hooks, in: db)
    }
}
