import Cryptography
import Database
import FoundationEssentials
import Web

/// A key of the table `signing_keys` as operators see it, without its private key.
struct SigningKeyRecord: Record {
    /// The current state of a key.
    enum State: String, ColumnDecodable, ResponseValue, CaseIterable {
        /// In the key set, so others know it before it signs.
        case published
        /// It signs.
        case signing
        /// It no longer signs; its tokens are still accepted.
        case verifying
        /// Its tokens are no longer accepted, since it has expired.
        case past
        /// Its tokens are no longer accepted, since it was compromised.
        case withdrawn
        static let example = State.signing
    }

    let kid: String
    let generation: Int
    let state: State
    let signsFrom: Date?
    let verifiesUntil: Date?
    let withdrawnAt: Date?
    let masterKeyID: String

    /// A withdrawn key neither signs nor verifies, whatever its times.
    static let columns = Columns(
        SigningKeyRecord.init,
        Column("kid", \.kid, as: "kid"),
        Column("generation", \.generation, as: "generation"),
        Column("state", from: SigningKeyRecord.stateNow, \.state, as: "state"),
        Column("signs_from", from: "IF(withdrawn_at IS NULL, signs_from, NULL)", \.signsFrom, as: "signsFrom"),
        Column(
            "verifies_until", from: "IF(withdrawn_at IS NULL, verifies_until, NULL)", \.verifiesUntil,
            as: "verifiesUntil"),
        Column("withdrawn_at", \.withdrawnAt, as: "withdrawnAt"),
        Column("master_key_id", from: SigningKeyRecord.sealedWith, \.masterKeyID, as: "masterKeyId"))

    private static let stateNow: SQL = """
        CASE WHEN withdrawn_at IS NOT NULL THEN 'withdrawn'
             WHEN verifies_until <= NOW(6) THEN 'past'
             WHEN signs_from > NOW(6) THEN 'published'
             WHEN generation = (SELECT MAX(generation) FROM signing_keys
                                WHERE withdrawn_at IS NULL AND signs_from <= NOW(6)) THEN 'signing'
             ELSE 'verifying' END
        """
    /// The id stands before the ciphertext, with its length in one byte.
    private static let sealedWith: SQL =
        "CONVERT(SUBSTRING(private_key_sealed, 2, ORD(private_key_sealed)) USING utf8mb4)"

    static let example = SigningKeyRecord(
        kid: "Xk3v0q1mT9yYp2rWcE8s4A", generation: 1, state: .example, signsFrom: .example, verifiesUntil: nil,
        withdrawnAt: nil, masterKeyID: "2026a")
}

extension SigningKey {
    /// The time for which a new key is in the key set before it signs, in seconds: longer than a process keeps its
    /// reading (`KeyRing.freshness`), and than others may cache the key set.
    static let publicationLead = 600
    /// The time for which a key verifies after its successor began to sign, in seconds: the lifetime of a token, the
    /// tolerance of clocks, and half a minute more.
    static let verificationTail = AccessTokens.lifetime + AccessTokens.skew + 30
}

extension SigningKeyRepository {
    /// A published key is already waiting to sign; another one would cut its time short.
    struct RotationPending: Error {
        let kid: String
        let signsFrom: Date
    }

    /// Makes the next key in the caller's transaction, for which other rotations wait.
    /// - Parameter isCompromised: whether the earlier keys are withdrawn at once. Otherwise the new key is published
    ///   first, and the previous one verifies as long as its tokens live.
    /// - Throws: `RotationPending`, unless `isCompromised`.
    func rotate(isCompromised: Bool, in db: Connection) throws -> SigningKeyRecord {
        // The oldest row represents the table: it exists since the first start and is never deleted.
        let _: UInt64? = try db.first("SELECT id FROM signing_keys ORDER BY id LIMIT 1 FOR UPDATE")
        // Reads the database's clock once, so the times are consistent.
        guard let now: Date = try db.first("SELECT NOW(6)"), let newest = try list(in: db).first else {
            throw SigningKey.Unreadable(kid: "-", reason: "there is none")
        }
        if newest.state == .published, let signsFrom = newest.signsFrom, !isCompromised {
            throw RotationPending(kid: newest.kid, signsFrom: signsFrom)
        }
        let signsFrom = isCompromised ? now : now.addingTimeInterval(Double(SigningKey.publicationLead))
        if isCompromised {
            try db.execute("UPDATE signing_keys SET withdrawn_at = \(now) WHERE withdrawn_at IS NULL")
        } else {
            let verifiesUntil = signsFrom.addingTimeInterval(Double(SigningKey.verificationTail))
            try db.execute(
                """
                UPDATE signing_keys SET verifies_until = \(verifiesUntil)
                WHERE withdrawn_at IS NULL AND verifies_until IS NULL
                """)
        }
        try insert(generation: newest.generation + 1, signsFrom: signsFrom, in: db)
        guard let next = try list(in: db).first else {
            throw SigningKey.Unreadable(kid: "-", reason: "there is none")
        }
        return next
    }

    /// All keys, including former ones, newest first.
    func list(in db: Connection) throws(DatabaseError) -> [SigningKeyRecord] {
        try db.all("SELECT \(SigningKeyRecord.columns) FROM signing_keys ORDER BY generation DESC")
    }

    /// Whether a key has not been withdrawn.
    func isTrusted(_ kid: String, in db: Connection) throws(DatabaseError) -> Bool {
        let id: UInt64? = try db.first("SELECT id FROM signing_keys WHERE kid = \(kid) AND withdrawn_at IS NULL")
        return id != nil
    }
}
