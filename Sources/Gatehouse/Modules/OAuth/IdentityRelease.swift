import Database

/// Frees an identity from an account that waits for the proof of its address, and to which nobody ever signed in: a
/// provider told the address without proof, so it may be a stranger's, and the account would keep the identity from its
/// user for ever.
enum IdentityRelease {
    /// Erases the account, unless somebody has used it.
    /// - Parameters:
    ///   - successor: the provider's token of the visit that needs the identity. The former one is then not revoked:
    ///     Apple ends the whole authorization of the user with any of its tokens.
    /// - Returns: whether the identity is free.
    static func run(
        _ identity: Identity, successor: [UInt8]?, by actor: AuditActor, erasure: any Erasure, telling hooks: Hooks,
        in db: Connection
    ) throws -> Bool {
        guard let user = try UserRepository.lockAny(identity.userID, in: db)?.user else { return true }
        guard try UserRepository.isProvisional(user.id, in: db) else { return false }
        if successor != nil { try IdentityRepository.forgetTokens(of: user.reference, in: db) }
        try AccountErasure.run(
            user.reference, because: .replacement, by: actor, erasure: erasure, telling: hooks, in: db)
        return true
    }
}
