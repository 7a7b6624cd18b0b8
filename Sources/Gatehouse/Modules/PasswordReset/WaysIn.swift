import Database

/// The ways into an account, and the ways in that it has given to others.
enum WaysIn {
    /// Ends all of them except the password: identities at providers, sessions, mailed links, API keys, including those
    /// that the user made for organizations, and invitations that the user sent. Device cookies end with the password.
    /// The user's row is locked.
    static func end(
        of user: User, because ending: Session.Ending, by actor: AuditActor, telling hooks: Hooks, in db: Connection
    ) throws {
        try IdentityRepository.removeAll(of: user.reference, by: actor, telling: hooks, in: db)
        try OneTimeTokenRepository.void(of: user.id, in: db)
        try SessionRepository.endAll(of: user.id, because: ending, in: db)
        try APIKeyRevocation.revokeAll(of: user.reference, withMade: true, by: actor, telling: hooks, in: db)
        try InvitationRevocation.run(sentBy: user.reference, by: actor, telling: hooks, in: db)
    }
}
