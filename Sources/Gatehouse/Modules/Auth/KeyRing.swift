import Crypto
import Database
import FoundationEssentials
import JWTKit
import Synchronization
import Threads
import Web

/// The signing keys a process knows, read again from the database when they are a minute old, or when a statement has read
/// another version of `access_versions`.
final class KeyRing: Sendable {
    /// Keys as of one reading.
    struct Snapshot: Sendable {
        let keys: [SigningKey]
        let collection: JWTKeyCollection
        let readAt: ContinuousClock.Instant
        /// The version of `access_versions` as of which they were read.
        let version: UInt64?

        /// Whether there is a key of this name, which may be made up.
        func knows(_ kid: String) -> Bool { keys.contains { $0.kid.hasSameBytes(as: kid) } }

        /// The newest key that signs already.
        func signer(at now: Date) -> SigningKey? {
            keys.first { $0.signsFrom <= now } ?? keys.last
        }
    }

    /// How old a reading may be. A new key is published ten minutes before it signs.
    static let freshness = Duration.seconds(60)
    /// How soon an unknown `kid` may cause another reading, so that made-up ones do not become a load on the database.
    static let retryInterval = Duration.seconds(1)

    private let repository: SigningKeyRepository
    private let current = Mutex<Snapshot?>(nil)

    init(_ masterKeys: MasterKeys) {
        repository = SigningKeyRepository(masterKeys)
    }

    /// The keys, read again where they are older than `freshness`, or where `kid` is given and not among them.
    func snapshot(knowing kid: String? = nil, in db: Connection) throws -> Snapshot {
        if let snapshot = current.withLock({ $0 }) {
            let age = ContinuousClock.now - snapshot.readAt
            let isKnown = kid.map(snapshot.knows) ?? true
            if age < (isKnown ? Self.freshness : Self.retryInterval) { return snapshot }
        }
        return try reread(in: db)
    }

    /// Whether what a key has signed is accepted: the key was not withdrawn, and its time is not over.
    /// - Parameter version: the number that was read from `access_versions` along with what the token is about.
    func accepts(_ kid: String, at version: UInt64?, now: Date, in db: Connection) throws -> Bool {
        var snapshot = try snapshot(in: db)
        if version == nil || snapshot.version != version { snapshot = try reread(in: db) }
        guard let key = snapshot.keys.first(where: { $0.kid.hasSameBytes(as: kid) }) else { return false }
        return key.verifiesUntil.map { $0 > now } ?? true
    }

    /// The key that signs, and the keys it was read with. A key that was withdrawn since then signs nothing more.
    func signer(at now: Date, in db: Connection) throws -> (ring: Snapshot, key: SigningKey) {
        let known = try snapshot(in: db)
        if let key = known.signer(at: now), try repository.isTrusted(key.kid, in: db) { return (known, key) }
        let ring = try reread(in: db)
        guard let key = ring.signer(at: now) else { throw SigningKey.Unreadable(kid: "-", reason: "there is none") }
        return (ring, key)
    }

    /// Reads the keys whatever their age.
    func reread(in db: Connection) throws -> Snapshot {
        let version = try AccessVersion.current(in: db)
        let keys = try repository.load(in: db)
        let snapshot = Snapshot(
            keys: keys, collection: try Self.collection(of: keys), readAt: .now, version: version)
        current.withLock { $0 = snapshot }
        return snapshot
    }

    /// The public keys as a JSON Web Key Set (RFC 7517, section 5).
    func publicKeySet(in db: Connection) throws -> JSON {
        let keys = try snapshot(in: db).keys.map { key -> JSON in
            let point = key.privateKey.publicKey.rawRepresentation
            return [
                "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": .string(key.kid),
                "x": .string(Base64URL.encode(point.prefix(32))), "y": .string(Base64URL.encode(point.suffix(32))),
            ]
        }
        return ["keys": .array(keys)]
    }

    private static func collection(of keys: [SigningKey]) throws -> JWTKeyCollection {
        let collection = JWTKeyCollection()
        let privateKeys = try keys.map { ($0.kid, try ES256PrivateKey(backing: $0.privateKey)) }
        Bridge.wait {
            for (kid, key) in privateKeys { await collection.add(ecdsa: key, kid: JWKIdentifier(string: kid)) }
        }
        return collection
    }
}
