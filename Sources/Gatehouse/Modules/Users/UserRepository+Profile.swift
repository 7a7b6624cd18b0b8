import Database
import Web

/// The profile of an account that its owner takes over.
extension UserRepository {
    /// Replaces the profile of a locked account: the name, and everything else by what a new account has.
    static func replaceProfile(
        of user: User, named name: String, by actor: AuditActor, telling hooks: Hooks, in db: Connection
    ) throws {
        try db.execute(
            """
            UPDATE users SET name = \(name), locale = DEFAULT(locale), avatar_url = NULL, version = version + 1
            WHERE id = \(user.id)
            """)
        try writeWords(of: user.id, in: db)
        guard let new = try find(user.id, in: db) else { throw RowVanished() }
        let fields: [ProfileChanged.Field?] = [
            new.name.hasSameBytes(as: user.name) ? nil : .name,
            new.locale.hasSameBytes(as: user.locale) ? nil : .locale, user.avatarURL == nil ? nil : .avatarURL,
        ]
        let changed = Set(fields.compactMap(\.self))
        if changed.isEmpty { return }
        try hooks.fire(ProfileChanged(user: user.reference, fields: changed), by: actor, in: db)
    }
}
