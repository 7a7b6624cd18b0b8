import Database

/// The ways into an account, and the ways in that it has given to others.
enum WaysIn {
    /// Ends all of them except the password: identities at providers, sessions, mailed links, API keys, including those
    /// that the user made for organizations, and invitations that the user sent. Device cookies end with the password.
    /// The user's row is locked. The address was never verified, and its owner takes the account over or rejects it, so
    /// other modules end what the former user could still read by (`AccountTakenOver`).
    static func end(
        of user: User, because ending: Session.Ending, by actor: AuditActor, telling hooks: Hooks, in db: Connection
    ) throws {
        try IdentityRepository.removeAll(of: user.reference, by: actor, telling: hooks, in: db)
        try OneTimeTokenRepository.void(of: user.id, in: db)
        try SessionRepository.endAll(of: user.reference, because: ending, by: actor, telling: hooks, in: db)
        try APIKeyRevocation.revokeAll(of: user.reference, withMade: true, by: actor, telling: hooks, in: db)
        try InvitationRevocation.run(sentBy: user.reference, by: actor, telling: hooks, in: db)
        try hooks.fire(AccountTakenOver(user: user.reference), by: actor, in: db)
    }

    /// Gives an account to the owner of its address, who proved it first. All ways in end, and the profile of an
    /// account that somebody registered is replaced, since that may have been a stranger.
    /// - Parameter name: the new name; `nil` if the owner's is unknown.
    static func handOver(
        _ user: User, named name: String? = nil, by actor: AuditActor, telling hooks: Hooks, in db: Connection
    ) throws {
        try end(of: user, because: .password, by: actor, telling: hooks, in: db)
        guard user.isSelfRegistered else { return }
        let name = name ?? String(user.email.prefix { $0 != "@" })
        try UserRepository.replaceProfile(of: user, named: name, by: actor, telling: hooks, in: db)
    }
}
