import Database
import FoundationEssentials
import JOSE
import Synchronization
import Web

/// The signing keys a process knows, read again from the database when they are a minute old, or when a statement has read
/// another version of `access_versions`.
final class KeyRing: Sendable {
    /// Keys as of one reading.
    struct Snapshot: Sendable {
        let keys: [SigningKey]
        let readAt: ContinuousClock.Instant
        /// The version of `access_versions` as of which they were read.
        let version: UInt64?

        /// The key of this name, which may be made up.
        func key(_ kid: String) -> SigningKey? { keys.first { $0.kid.hasSameBytes(as: kid) } }

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
            let isKnown = kid.map { snapshot.key($0) != nil } ?? true
            if age < (isKnown ? Self.freshness : Self.retryInterval) { return snapshot }
        }
        return try reread(in: db)
    }

    /// Whether what a key has signed is accepted: the key was not withdrawn, and its time is not over.
    /// - Parameter version: the number that was read from `access_versions` along with what the token is about.
    func accepts(_ kid: String, at version: UInt64?, now: Date, in db: Connection) throws -> Bool {
        var snapshot = try snapshot(in: db)
        if version == nil || snapshot.version != version { snapshot = try reread(in: db) }
        guard let key = snapshot.key(kid) else { return false }
        return key.verifiesUntil.map { $0 > now } ?? true
    }

    /// The key that signs. A key that was withdrawn since the last reading signs nothing more.
    func signer(at now: Date, in db: Connection) throws -> SigningKey {
        if let key = try snapshot(in: db).signer(at: now), try repository.isTrusted(key.kid, in: db) { return key }
        guard let key = try reread(in: db).signer(at: now) else {
            throw SigningKey.Unreadable(kid: "-", reason: "there is none")
        }
        return key
    }

    /// Reads the keys whatever their age.
    func reread(in db: Connection) throws -> Snapshot {
        let version = try AccessVersion.current(in: db)
        let keys = try repository.load(in: db)
        let snapshot = Snapshot(keys: keys, readAt: .now, version: version)
        current.withLock { $0 = snapshot }
        return snapshot
    }

    /// The public keys as a JSON Web Key Set (RFC 7517, section 5).
    func publicKeySet(in db: Connection) throws -> JSON {
        JWKSet(try snapshot(in: db).keys.map(\.jwk.publicKey)).json
    }
}
