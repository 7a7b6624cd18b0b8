import Database
import Web

/// The profile of the caller.
struct ProfileService {
    let hooks: Hooks

    @Sendable func read(_ call: Call) throws -> Answer<User> {
        // Authentication by access token has read the row; authentication by API key has not.
        if let user = call.kept(as: User.self) { return Answer(user) }
        return Answer(try orRevoked(UserRepository.find(call.user.id, in: call.db)))
    }

    @Sendable func update(_ change: UpdateProfile, _ call: Call) throws -> Answer<User> {
        let caller = try call.signedIn
        let user = try call.db.transaction { db in
            let user = try orRevoked(UserRepository.lock(caller.user.id, in: db))
            try call.requireVersion(of: user)
            let changed = try change.fieldsThatChange(user)
            if changed.isEmpty { return user }
            try UserRepository.update(
                user.reference, with: change, of: Set(changed.compactMap(ProfileChanged.Field.init)),
                by: call.actor, telling: hooks, in: db)
            return try orRevoked(UserRepository.find(caller.user.id, in: db))
        }
        return Answer(user)
    }

    /// If the row is gone, the user was erased since authentication.
    private func orRevoked(_ user: User?) throws(APIError) -> User {
        guard let user else { throw APIError(.tokenRevoked) }
        return user
    }
}
