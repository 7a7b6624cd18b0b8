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
    let reauthentication: ReauthenticationService
    let hooks: Hooks

    func change(_ input: ChangePassword, _ call: Call) throws -> Answer<NoContent> {
        let caller = try call.signedIn
        let found = try reauthentication.require(input.currentPassword, as: "currentPassword", of: caller, call)
        try passwords.require(input.newPassword, in: "newPassword", email: found.user.email, name: found.user.name)
        let passwordHash = try hasher.hash(input.newPassword)
        try call.db.transaction { db in
            try reauthentication.confirm(found, of: caller, in: db)
            guard
                try UserRepository.changePassword(
                    found.user.reference, from: found.passwordHash, to: passwordHash, by: call.actor, telling: hooks,
                    in: db)
            else { throw APIError(.invalidCredentials, "The password is wrong.") }
            guard let user = try UserRepository.find(caller.user.id, in: db) else { throw RowVanished() }
            // A stranger may have registered an address that is not verified. Its owner's links stay valid.
            let links: [LinkPurpose] = user.isEmailVerified ? [] : [.verifyEmail, .resetPassword]
            try PasswordUpdate.finish(
                of: user, ending: input.revokesAPIKeys ? .apiKeys : .sessions, except: caller.session, and: links,
                by: call.actor, clearing: reauthentication.proof.lockout, telling: hooks, in: db)
        }
        return Answer(NoContent())
    }
}
