import Cryptography
import Database
import FoundationEssentials
import JOSE

/// A key that signs access tokens (ES256: ECDSA on P-256 with SHA-256, RFC 7518, section 3.4).
struct SigningKey: Sendable {
    let kid: String
    let privateKey: ECDSA<P256>.PrivateKey
    let signsFrom: Date
    /// The end of its validity; `nil` while it signs.
    let verifiesUntil: Date?
    let isWithdrawn: Bool

    /// Whether its tokens are accepted.
    func isAccepted(at now: Date) -> Bool {
        !isWithdrawn && verifiesUntil.map { $0 > now } ?? true
    }

    /// The key for signing, bound to its algorithm.
    var jwk: PrivateJWK { PrivateJWK(keyID: kid, privateKey) }

    /// A stored key that cannot be used. It stops the start: a new key instead would hide that the master key is wrong,
    /// and invalidate every access token.
    struct Unreadable: Error, CustomStringConvertible {
        let kid: String
        let reason: String

        var description: String { "signing key \(kid) cannot be used: \(reason)" }
    }
}

/// All statements on the table `signing_keys`. Private keys are sealed for their `kid`.
struct SigningKeyRepository {
    private let vault: Vault

    init(_ masterKeys: MasterKeys) {
        vault = Vault(masterKeys, label: "signing-keys")
    }

    /// The keys, newest first, and the version of `access_versions`, read by one statement.
    struct Reading {
        let keys: [SigningKey]
        /// `nil` without any key as well.
        let version: UInt64?
        /// The number of valid keys, by the database's clock.
        let usable: Int
    }

    private struct Stored: RowDecodable {
        let kid: String
        let sealed: [UInt8]
        let signsFrom: Date
        let verifiesUntil: Date?
        let isWithdrawn: Bool
        let isUsable: Bool
        let version: UInt64?

        init(row: Row) throws(DatabaseError) {
            kid = try row.decode("kid")
            sealed = try row.decode("private_key_sealed")
            signsFrom = try row.decode("signs_from")
            verifiesUntil = try row.decode("verifies_until")
            isWithdrawn = try row.decode("is_withdrawn")
            isUsable = try row.decode("is_usable")
            version = try row.decode("version")
        }
    }

    /// Reads the keys, and makes the first one if there is none yet. If several processes start at once, one inserts
    /// generation 1 and the others read it.
    func load(in db: Connection) throws -> Reading {
        let reading = try read(in: db)
        if reading.usable > 0 { return reading }
        let now: Date? = try db.first("SELECT NOW(6)")
        do {
            try insert(generation: 1, signsFrom: now ?? Date(), in: db)
        } catch let error as DatabaseError where error.isDuplicateKey("uq_signing_keys_generation") {
            // Another process was first.
        }
        return try read(in: db)
    }

    /// Makes a key.
    /// - Throws: the duplicate key `uq_signing_keys_generation` if this generation exists.
    func insert(generation: Int, signsFrom: Date, in db: Connection) throws {
        let key = try ECDSA<P256>.PrivateKey()
        let kid = OpaqueToken.randomName()
        let sealed = try key.withBytes { try vault.seal($0, for: kid) }
        try db.execute(
            """
            INSERT INTO signing_keys (generation, kid, private_key_sealed, signs_from)
            VALUES (\(generation), \(kid), \(sealed), \(signsFrom))
            """)
    }

    /// Reads the keys that still verify, and others whose tokens may still arrive: withdrawn keys for as long as a
    /// token lives, so their tokens get "revoked", and expired keys for as long as a session lives, so their tokens can
    /// sign out.
    /// - Throws: `SigningKey.Unreadable` for a key that still verifies but that the master key does not open. Other
    ///   unreadable keys are left out.
    func read(in db: Connection) throws -> Reading {
        let stored: [Stored] = try db.all(
            """
            SELECT k.kid, k.private_key_sealed, k.signs_from, k.verifies_until,
                   k.withdrawn_at IS NOT NULL AS is_withdrawn,
                   k.withdrawn_at IS NULL AND (k.verifies_until IS NULL OR k.verifies_until > NOW(6)) AS is_usable,
                   v.version
            FROM signing_keys k \(AccessVersion.join)
            WHERE k.withdrawn_at > NOW(6) - INTERVAL \(SigningKey.verificationTail) SECOND
               OR k.withdrawn_at IS NULL
                  AND (k.verifies_until IS NULL OR k.verifies_until > NOW(6) - INTERVAL \(AccessTokens.sessionDays) DAY)
            ORDER BY k.generation DESC
            """)
        let keys = try stored.compactMap { row in
            do {
                return try open(row)
            } catch {
                guard row.isUsable else { return nil }
                throw SigningKey.Unreadable(kid: row.kid, reason: "\(error)")
            }
        }
        return Reading(keys: keys, version: stored.first?.version, usable: stored.count { $0.isUsable })
    }

    private func open(_ row: Stored) throws -> SigningKey {
        var secret = try vault.open(row.sealed, for: row.kid)
        defer { secret.wipe() }
        return SigningKey(
            kid: row.kid, privateKey: try ECDSA<P256>.PrivateKey(bytes: secret), signsFrom: row.signsFrom,
            verifiesUntil: row.verifiesUntil, isWithdrawn: row.isWithdrawn)
    }
}
