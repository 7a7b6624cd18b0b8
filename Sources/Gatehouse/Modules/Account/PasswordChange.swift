import Database
import FoundationEssentials
import Web

/// The current password and the new one. Only an account without a password can omit the current one.
struct ChangePassword: RequestInput {
    let currentPassword: String?
    let newPassword: String
    let revokesAPIKeys: Bool

    init(from input: inout Input) {
        currentPassword = input.optional("currentPassword", .password)
        newPassword = input.required("newPassword", .newPassword)
        revokesAPIKeys = input.optional("revokeApiKeys", .boolean) ?? false
    }

    static let exampleBody: JSON? = [
        "currentPassword": "correct horse battery staple", "newPassword": "battery horse staple correct",
    ]
}

/// Changes the caller's password. Other sessions end, since one of them may be the reason for the change; API keys stay
/// valid unless the caller wants to revoke them too.
struct PasswordChange {
    let hasher: PasswordHasher
    let passwords: PasswordPolicy
    let reauthentication: Reauthentication
    let hooks: Hooks

    func change(_ input: ChangePassword, _ call: Call) throws -> Answer<NoContent> {
        let caller = try call.signedIn
        let found = try reauthentication.require(input.currentPassword, as: "currentPassword", of: caller, call)
        try passwords.require(input.newPassword, in: "newPassword", email: found.user.email, name: found.user.name)
        let passwordHash = try hasher.hash(input.newPassword)
        try call.db.transaction { db in
            guard
                try UserRepository.changePassword(
                    found.user.reference, from: found.passwordHash, to: passwordHash, telling: hooks, in: db)
            else { throw APIError(.invalidCredentials, "The password is wrong.") }
            try SessionRepository.endAll(
                of: caller.user.id, except: caller.session, because: .password, in: db)
            if input.revokesAPIKeys {
                try APIKeyRevocation.revokeAll(
                    of: found.user.reference, by: call.actor, telling: hooks, in: db)
            }
            let isUnverified = try UserRepository.find(caller.user.id, in: db)?.emailVerifiedAt == nil
            try OneTimeTokenRepository.void(of: caller.user.id, exceptOfOwner: isUnverified, in: db)
            try JobQueue.enqueue(
                SendPasswordChangedNotice(userID: caller.user.id, time: Date(), isFirst: found.passwordHash == nil),
                in: db)
            try call.audit(.passwordChanged, caller.user.publicID, in: db)
        }
        return Answer(NoContent())
    }
}
