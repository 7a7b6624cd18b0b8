import Database
import FoundationEssentials
import Web

/// An account that is made for its user.
struct NewAccount {
    let email: EmailAddress
    let name: String
    /// The name of a role.
    let role: String
    let isVerified: Bool
    /// `nil` if its owner sets the first password with a mailed link.
    let passwordHash: String?
}

/// Makes accounts for other people, on behalf of an administrator or a command.
enum AccountCreation {
    /// Makes an account, in the caller's transaction. Hooks mail its owner an invitation to set the first password,
    /// which verifies the address too, or a link that only verifies.
    /// - Throws: the duplicate key `uq_users_email_key` if the address is taken.
    static func run(
        _ new: NewAccount, as id: UUID, by actor: AuditActor, origin: AccountOrigin, erasure: any Erasure,
        telling hooks: Hooks, in db: Connection
    ) throws -> AdministeredUser {
        try AddressClaim.typed.take(new.email, by: actor, erasure: erasure, telling: hooks, in: db)
        try UserRepository.insert(
            id, email: new.email, name: new.name, role: new.role, isVerified: new.isVerified,
            passwordHash: new.passwordHash, origin: origin, by: actor, telling: hooks, in: db)
        guard let account = try UserRepository.findAny(publicID: id, in: db) else { throw RowVanished() }
        return account
    }
}
