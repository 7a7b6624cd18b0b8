import Crypto
import Database
import FoundationEssentials
import JOSE

/// A key that signs access tokens (ES256: ECDSA on P-256 with SHA-256, RFC 7518, section 3.4).
struct SigningKey: Sendable {
    let kid: String
    let privateKey: ECDSA<P256>.PrivateKey
    let signsFrom: Date
    /// When its time is over; `nil` while it signs.
    let verifiesUntil: Date?

    /// The key as it signs, bound to its algorithm.
    var jwk: PrivateJWK { PrivateJWK(keyID: kid, .es256(privateKey)) }

    /// A stored key that cannot be used. Starting goes no further: a new key in its place would hide that the master key is
    /// the wrong one, and end every access token.
    struct Unreadable: Error, CustomStringConvertible {
        let kid: String
        let reason: String

        var description: String { "signing key \(kid) cannot be used: \(reason)" }
    }
}

/// Every statement about the table `signing_keys`. Private keys are sealed for their `kid`.
struct SigningKeyRepository {
    private let vault: Vault

    init(_ masterKeys: MasterKeys) {
        vault = Vault(masterKeys, label: "signing-keys")
    }

    private struct Stored: RowDecodable {
        let kid: String
        let sealed: [UInt8]
        let signsFrom: Date
        let verifiesUntil: Date?

        init(row: Row) throws(DatabaseError) {
            kid = try row.decode("kid")
            sealed = try row.decode("private_key_sealed")
            signsFrom = try row.decode("signs_from")
            verifiesUntil = try row.decode("verifies_until")
        }
    }

    /// The keys that still verify, newest first; makes the first one where there is none yet. Of several processes that start at
    /// once one inserts generation 1 and the others read it.
    func load(in db: Connection) throws -> [SigningKey] {
        let keys = try usable(in: db)
        if !keys.isEmpty { return keys }
        let now: Date? = try db.first("SELECT NOW(6)")
        do {
            try insert(generation: 1, signsFrom: now ?? Date(), in: db)
        } catch let error as DatabaseError where error.isDuplicateKey("uq_signing_keys_generation") {
            // Another process was first.
        }
        return try usable(in: db)
    }

    /// Makes a key.
    /// - Throws: the duplicate key `uq_signing_keys_generation` where there is one of this generation.
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

    /// The keys that still verify, newest first.
    /// - Throws: `SigningKey.Unreadable` for one that the master key does not open.
    func usable(in db: Connection) throws -> [SigningKey] {
        let stored: [Stored] = try db.all(
            """
            SELECT kid, private_key_sealed, signs_from, verifies_until FROM signing_keys
            WHERE withdrawn_at IS NULL AND (verifies_until IS NULL OR verifies_until > NOW(6))
            ORDER BY generation DESC
            """)
        return try stored.map { row in
            do {
                var secret = try vault.open(row.sealed, for: row.kid)
                defer { secret.wipe() }
                let key = try ECDSA<P256>.PrivateKey(bytes: secret)
                return SigningKey(
                    kid: row.kid, privateKey: key, signsFrom: row.signsFrom, verifiesUntil: row.verifiesUntil)
            } catch {
                throw SigningKey.Unreadable(kid: row.kid, reason: "\(error)")
            }
        }
    }
}
