import Database

/// By what somebody wants an address that an account has already. The account gives way where its address was never
/// verified, nobody ever signed in to it, and nobody but whoever registered it knows of it: no administrator made it or
/// gave it a role. One that was used stays; whoever proves to own its address takes it over by a reset. One that was
/// deleted without ever proving its address cannot be taken over, so it gives the address up to whoever proves it.
enum AddressClaim {
    /// They typed it, as anybody can. Whoever typed it first has a day to prove that it is theirs.
    case typed
    /// A link that was mailed to it brought them.
    case proved

    /// What holds of an account that gives way.
    var prevails: SQL {
        switch self {
        case .typed:
            "(\(Self.isProvisional) AND created_at < NOW(6) - INTERVAL 24 HOUR OR is_provisional AND \(Self.isGone))"
        case .proved: "(\(Self.isProvisional) OR \(Self.isGone))"
        }
    }

    private static let isProvisional: SQL =
        "is_provisional AND email_verified_at IS NULL AND status = 'active' AND role = 'user'"
    private static let isGone: SQL = "email_verified_at IS NULL AND status = 'deleted' AND role = 'user'"
}
