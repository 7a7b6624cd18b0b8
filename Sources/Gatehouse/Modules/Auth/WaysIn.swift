import Database

/// What lets somebody into an account, or lets them let others in.
enum WaysIn {
    /// Ends all of them but the password: sessions, links that were mailed, API keys, those that the user made for organizations
    /// too, and invitations that they sent. Device cookies end with the password.
    static func end(of userID: UInt64, because ending: Session.Ending, in db: Connection) throws {
        try OneTimeTokenRepository.void(of: userID, in: db)
        try SessionRepository.endAll(of: userID, because: ending, in: db)
        try APIKeyRepository.revokeAll(madeBy: userID, in: db)
        try InvitationRepository.withdrawAll(sentBy: userID, in: db)
    }
}
