import Database

/// The basis of a claim to an address that an account has already. The account gives way if its address was never
/// verified, nobody ever signed in to it, and only the person who registered knows of it: no administrator made it or
/// gave it a role. An account that was used stays; the proven owner of its address takes it over with a reset. An
/// account that was deleted without ever proving its address cannot be taken over, so it loses the address to the
/// proven owner.
enum AddressClaim {
    /// The claimant typed it, as anybody can. The first to type it has a day to prove that it is theirs.
    case typed
    /// The claimant followed a link that was mailed to it.
    case proved

    /// The condition of an account that gives way.
    var prevails: SQL {
        switch self {
        case .typed:
            "(\(Self.isProvisional) AND created_at < NOW(6) - INTERVAL 24 HOUR OR is_provisional AND \(Self.isGone))"
        case .proved: "(\(Self.isProvisional) OR \(Self.isGone))"
        }
    }

    /// The condition of an account that waits for the proof of its address, and to which nobody ever signed in.
    static let isProvisional: SQL =
        "is_provisional AND email_verified_at IS NULL AND status = 'active' AND role = 'user'"
    private static let isGone: SQL = "email_verified_at IS NULL AND status = 'deleted' AND role = 'user'"
}

extension AddressClaim {
    /// Takes an address from an account that gives way to the claimant, so nobody is kept from their own address. A
    /// deleted account is erased in its own time, any other at once. Invitations and the like that were sent to the
    /// address meanwhile stay for its proven owner.
    /// - Parameters:
    ///   - kept: an account that must not give way.
    ///   - actor: the actor who takes the address.
    func take(
        _ address: EmailAddress, except kept: UInt64? = nil, by actor: AuditActor,
        erasure: any Erasure, telling hooks: Hooks, in db: Connection
    ) throws {
        let emailKey = try UserRepository.key(of: address, in: db)
        guard let replaced = try UserRepository.lockGivingWay(to: self, emailKey, except: kept, in: db) else { return }
        if replaced.status == .deleted {
            try UserRepository.release(replaced, because: .replacement, by: actor, telling: hooks, in: db)
        } else {
            try AccountErasure.run(
                replaced.reference, because: .replacement, by: actor, erasure: erasure, telling: hooks, in: db)
        }
    }
}
