import Database
import FoundationEssentials
import JOSE
import Threads
import Web

/// The signing keys of a process. They are read again from the database when they are a minute old, or when a statement
/// has read another version of `access_versions`.
final class KeyRing: Sendable {
    /// The keys of one reading, newest first.
    struct Snapshot: Sendable {
        /// The accepted keys, and those whose tokens are still distinguished from forged ones.
        let keys: [SigningKey]
        /// The version of `access_versions` with which they were read.
        let version: UInt64?
        let readAt = ContinuousClock.now

        /// The key with this id, which a caller may have invented.
        func key(_ kid: String) -> SigningKey? { keys.first { $0.kid.hasSameBytes(as: kid) } }

        /// The keys whose tokens are accepted.
        func accepted(at now: Date) -> [SigningKey] { keys.filter { $0.isAccepted(at: now) } }

        /// The newest key that signs already.
        func signer(at now: Date) -> SigningKey? {
            let keys = accepted(at: now)
            return keys.first { $0.signsFrom <= now } ?? keys.last
        }
    }

    /// The maximum age of a reading. A new key is published ten minutes before it signs.
    static let freshness = Duration.seconds(60)
    /// The rate at which unknown `kid`s may lead to a query of the version, so invented ones do not load the database.
    static let lookups = RateLimit(count: 20, period: 1)

    private struct State {
        var snapshot: Snapshot?
        /// The time at which the quota of lookups is full again.
        var lookupsAreFull = ContinuousClock.now
    }

    /// The maximum age of a reading for the public key set while the database does not answer. Other services verify
    /// tokens by it, which needs no database.
    static let maximumAge = Duration.seconds(600)

    private let freshness: Duration
    private let repository: SigningKeyRepository
    private let state = Lock(State())

    init(_ masterKeys: MasterKeys, freshness: Duration = KeyRing.freshness) {
        self.freshness = freshness
        repository = SigningKeyRepository(masterKeys)
    }

    /// The keys, read again if they are older than `freshness`.
    func snapshot(in db: Connection) throws -> Snapshot {
        if let snapshot = state.withLock({ $0.snapshot }), ContinuousClock.now - snapshot.readAt < freshness {
            return snapshot
        }
        return try reread(in: db)
    }

    /// The key with an id, which may be invented, or belong to a key with which another process has just begun to sign:
    /// the version tells, unless there were too many lookups within the last second.
    func key(_ kid: String, in db: Connection) throws -> SigningKey? {
        let snapshot = try snapshot(in: db)
        if let key = snapshot.key(kid) { return key }
        guard takesLookup(at: .now) else { return nil }
        guard let version = try AccessVersion.current(in: db), version == snapshot.version else {
            return try reread(in: db).key(kid)
        }
        return nil
    }

    /// Takes one lookup of the quota.
    func takesLookup(at now: ContinuousClock.Instant) -> Bool {
        state.withLock { state in
            let lookup = Self.lookups.take(untilFull: Int((state.lookupsAreFull - now) / .microseconds(1)))
            if lookup.isGranted { state.lookupsAreFull = now + .microseconds(lookup.untilFull) }
            return lookup.isGranted
        }
    }

    /// Whether tokens of a key are accepted: the key was not withdrawn and has not expired.
    /// - Parameters:
    ///   - version: the number from `access_versions` that was read with the rows of the token.
    ///   - evenIfPast: whether to accept an expired key that was not withdrawn.
    func accepts(
        _ kid: String, at version: UInt64?, evenIfPast: Bool = false, now: Date, in db: Connection
    ) throws -> Bool {
        var snapshot = try snapshot(in: db)
        if version == nil || snapshot.version != version { snapshot = try reread(in: db) }
        guard let key = snapshot.key(kid) else { return false }
        return evenIfPast ? !key.isWithdrawn : key.isAccepted(at: now)
    }

    /// The key that signs. A key that was withdrawn since the last reading no longer signs.
    /// - Parameter version: the number from `access_versions`, if it was just read.
    func signer(at now: Date, version: UInt64? = nil, in db: Connection) throws -> SigningKey {
        let snapshot = try snapshot(in: db)
        let isCurrent = version != nil && snapshot.version == version
        if let key = snapshot.signer(at: now), try isCurrent || repository.isTrusted(key.kid, in: db) { return key }
        guard let key = try reread(in: db).signer(at: now) else {
            throw SigningKey.Unreadable(kid: "-", reason: "there is none")
        }
        return key
    }

    /// Reads the keys again, whatever their age.
    func reread(in db: Connection) throws -> Snapshot {
        let reading = try repository.load(in: db)
        let snapshot = Snapshot(keys: reading.keys, version: reading.version)
        state.withLock { $0.snapshot = snapshot }
        return snapshot
    }

    /// The public keys as a JSON Web Key Set (RFC 7517, section 5).
    func publicKeySet(in db: Connection) throws -> JSON {
        JWKSet(try readable(in: db).accepted(at: Date()).map(\.jwk.publicKey)).json
    }

    /// The keys, or the last reading if the database does not answer.
    private func readable(in db: Connection) throws -> Snapshot {
        do {
            return try snapshot(in: db)
        } catch let error as DatabaseError where error.isUnavailable {
            guard let last = state.withLock({ $0.snapshot }), ContinuousClock.now - last.readAt < Self.maximumAge
            else { throw error }
            return last
        }
    }
}
