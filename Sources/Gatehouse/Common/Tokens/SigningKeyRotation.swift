import Cryptography
import Database
import FoundationEssentials
import Web

/// A key of the table `signing_keys` as operators see it: without what it signs with.
struct SigningKeyRecord: RowDecodable, ResponseObject {
    /// What a key is good for at this moment.
    enum State: String, ColumnDecodable, ResponseValue, CaseIterable {
        /// In the key set, so that others can know it before it signs.
        case published
        /// It signs.
        case signing
        /// It signs nothing more; what it signed is still accepted.
        case verifying
        /// Nothing that it signed is accepted any more, since its time is over.
        case past
        /// Nothing that it signed is accepted any more, since it was compromised.
        case withdrawn
        static let example = State.signing
    }

    let kid: String
    let generation: Int
    let state: State
    let signsFrom: Date
    let verifiesUntil: Date?
    let withdrawnAt: Date?
    let masterKeyID: String

    init(row: Row) throws(DatabaseError) {
        kid = try row.decode("kid")
        generation = try row.decode("generation")
        state = try row.decode("state")
        signsFrom = try row.decode("signs_from")
        verifiesUntil = try row.decode("verifies_until")
        withdrawnAt = try row.decode("withdrawn_at")
        masterKeyID = try row.decode("master_key_id")
    }

    func write(to output: inout Output) {
        output.field("kid", kid)
        output.field("generation", generation)
        output.field("state", state)
        // A withdrawn key neither signs nor verifies, whatever was planned for it.
        output.field("signsFrom", state == .withdrawn ? nil : signsFrom)
        output.field("verifiesUntil", state == .withdrawn ? nil : verifiesUntil)
        output.field("withdrawnAt", withdrawnAt)
        output.field("masterKeyId", masterKeyID)
    }

    static let example = SigningKeyRecord()

    private init() {
        kid = "Xk3v0q1mT9yYp2rWcE8s4A"
        generation = 1
        state = .example
        signsFrom = .example
        verifiesUntil = nil
        withdrawnAt = nil
        masterKeyID = "2026a"
    }
}

extension SigningKey {
    /// How long a new key stands in the key set before it signs, in seconds: longer than a process keeps its reading
    /// (`KeyRing.freshness`) and than others may keep the key set.
    static let publicationLead = 600
    /// How long a key verifies after its successor began to sign, in seconds: the lifetime of a token, what clocks may
    /// differ, and half a minute more.
    static let verificationTail = AccessTokens.lifetime + AccessTokens.skew + 30
}

extension SigningKeyRepository {
    /// A key waits for its time already; a second one behind it would cut its time short.
    struct RotationPending: Error {
        let kid: String
        let signsFrom: Date
    }

    /// Makes the next key, in a transaction of the caller's, which other rotations wait for.
    /// - Parameter isCompromised: whether the keys before it are withdrawn at once. Otherwise the new one is published
    ///   first, and the one before it verifies for as long as its tokens live.
    /// - Throws: `RotationPending`, unless `isCompromised`.
    func rotate(isCompromised: Bool, in db: Connection) throws -> SigningKeyRecord {
        // The oldest row stands for the table: it is there from the first start on and never deleted.
        let _: UInt64? = try db.first("SELECT id FROM signing_keys ORDER BY id LIMIT 1 FOR UPDATE")
        // By the database's clock, and once, so that the times fit together.
        guard let now: Date = try db.first("SELECT NOW(6)"), let newest = try list(in: db).first else {
            throw SigningKey.Unreadable(kid: "-", reason: "there is none")
        }
        if newest.state == .published && !isCompromised {
            throw RotationPending(kid: newest.kid, signsFrom: newest.signsFrom)
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

    /// Every key there ever was, newest first.
    func list(in db: Connection) throws(DatabaseError) -> [SigningKeyRecord] {
        try db.all(
            """
            SELECT kid, generation, signs_from, verifies_until, withdrawn_at,
                   CASE WHEN withdrawn_at IS NOT NULL THEN 'withdrawn'
                        WHEN verifies_until <= NOW(6) THEN 'past'
                        WHEN signs_from > NOW(6) THEN 'published'
                        WHEN generation = (SELECT MAX(generation) FROM signing_keys
                                           WHERE withdrawn_at IS NULL AND signs_from <= NOW(6)) THEN 'signing'
                        ELSE 'verifying' END AS state,
                   CONVERT(SUBSTRING(private_key_sealed, 2, ORD(private_key_sealed)) USING utf8mb4) AS master_key_id
            FROM signing_keys ORDER BY generation DESC
            """)
    }

    /// Whether a key has not been withdrawn up to now.
    func isTrusted(_ kid: String, in db: Connection) throws(DatabaseError) -> Bool {
        let id: UInt64? = try db.first("SELECT id FROM signing_keys WHERE kid = \(kid) AND withdrawn_at IS NULL")
        return id != nil
    }
}

extension AuditAction {
    static let keyRotated = AuditAction(rawValue: "key.rotated")
}
