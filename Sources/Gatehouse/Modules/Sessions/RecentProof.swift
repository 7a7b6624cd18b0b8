import Database
import Web

/// Requires that the user has authenticated in the last minutes before a request that could take over the account, so a
/// borrowed session is not enough (OWASP ASVS 3.7.1; NIST SP 800-63B, section 7.2). A sign-in with a password is a
/// proof, and so is `POST /auth/reauthenticate`. A sign-in with a provider is one only if the provider reports its
/// time.
enum RecentProof {
    /// The time for which a proof counts, in minutes.
    static let minutes = 10

    /// Whether the user has authenticated in this session lately.
    static func isGiven(by caller: Caller, in db: Connection) throws(DatabaseError) -> Bool {
        try SessionRepository.isRecent(caller.session, of: caller.user.id, minutes: minutes, in: db)
    }

    /// Requires that the user has authenticated in this session lately.
    ///
    /// Call it in the transaction of a change, under the lock of the user's row: code that ends the sessions of a user
    /// locks that row too.
    /// - Throws: `REAUTHENTICATION_REQUIRED` with the ways in which this account can be proved; `TOKEN_REVOKED` if the
    ///   session ended meanwhile.
    static func require(of caller: Caller, in db: Connection) throws {
        if try isGiven(by: caller, in: db) { return }
        guard try SessionRepository.isLive(caller.session, of: caller.user.id, in: db) else {
            throw APIError(.tokenRevoked)
        }
        throw try missing(of: caller, in: db)
    }

    /// The error if the user has not authenticated in this session lately.
    static func missing(of caller: Caller, in db: Connection) throws(DatabaseError) -> APIError {
        APIError(.reauthenticationRequired, member: try ProofMethod.all(of: caller, in: db))
    }
}

/// A way in which the user of a session can prove who they are.
enum ProofMethod: String, CaseIterable, ResponseValue {
    case password
    case mailCode

    static let example = ProofMethod.password

    /// The ways that an account has. One without a password gets a code by mail, if its address is verified.
    static func all(of caller: Caller, in db: Connection) throws(DatabaseError) -> [ProofMethod] {
        guard let found = try UserRepository.findCredentials(caller.user.id, in: db) else { return [] }
        if found.passwordHash != nil { return [.password] }
        return found.user.emailVerifiedAt == nil ? [] : [.mailCode]
    }
}

extension ErrorCode {
    /// The user has not authenticated in this session lately; `methods` has the ways to do so.
    static let reauthenticationRequired = ErrorCode(
        "REAUTHENTICATION_REQUIRED", .forbidden,
        "Confirm that it is you with `POST /auth/reauthenticate`.",
        member: .init("methods", [ProofMethod].self))
}
