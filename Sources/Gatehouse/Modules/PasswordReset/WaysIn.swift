import Database

/// What lets somebody into an account, or lets them let others in.
enum WaysIn {
    /// Ends all of them but the password: sessions, links that were mailed, API keys, those that the user made for
    /// organizations too, and invitations that they sent. Device cookies end with the password. The user's row is
    /// locked.
    static func end(
        of user: User, because ending: Session.Ending, by actor: AuditActor, telling hooks: Hooks, in db: Connection
    ) throws {
        try OneTimeTokenRepository.void(of: user.id, in: db)
        try SessionRepository.endAll(of: user.id, because: ending, in: db)
        try APIKeyRevocation.revokeAll(of: user.reference, withMade: true, by: actor, telling: hooks, in: db)
        try InvitationRevocation.run(sentBy: user.reference, by: actor, in: db)
    }
}
