import Database
import FoundationEssentials
import JOSE
import Threads
import Web

/// The signing keys a process knows, read again from the database when they are a minute old, or when a statement has
/// read another version of `access_versions`.
final class KeyRing: Sendable {
    /// Keys as of one reading, newest first.
    struct Snapshot: Sendable {
        /// Those that are accepted, and those whose tokens are still told apart from made-up ones.
        let keys: [SigningKey]
        /// The version of `access_versions` as of which they were read.
        let version: UInt64?
        let readAt = ContinuousClock.now

        /// The key of this name, which may be made up.
        func key(_ kid: String) -> SigningKey? { keys.first { $0.kid.hasSameBytes(as: kid) } }

        /// The keys whose tokens are accepted.
        func accepted(at now: Date) -> [SigningKey] { keys.filter { $0.isAccepted(at: now) } }

        /// The newest key that signs already.
        func signer(at now: Date) -> SigningKey? {
            let keys = accepted(at: now)
            return keys.first { $0.signsFrom <= now } ?? keys.last
        }
    }

    /// How old a reading may be. A new key is published ten minutes before it signs.
    static let freshness = Duration.seconds(60)
    /// How often a `kid` that is not known may ask for the version, so that made-up ones are no load on the database.
    static let lookups = RateLimit(count: 20, period: 1)

    private struct State {
        var snapshot: Snapshot?
        /// When the whole quota of lookups is back.
        var lookupsAreFull = ContinuousClock.now
    }

    /// How old a reading may be whose public keys are told while the database does not answer. Others verify tokens by
    /// them, for which no database is needed.
    static let maximumAge = Duration.seconds(600)

    private let freshness: Duration
    private let repository: SigningKeyRepository
    private let state = Lock(State())

    init(_ masterKeys: MasterKeys, freshness: Duration = KeyRing.freshness) {
        self.freshness = freshness
        repository = SigningKeyRepository(masterKeys)
    }

    /// The keys, read again where they are older than `freshness`.
    func snapshot(in db: Connection) throws -> Snapshot {
        if let snapshot = state.withLock({ $0.snapshot }), ContinuousClock.now - snapshot.readAt < freshness {
            return snapshot
        }
        return try reread(in: db)
    }

    /// The key of a name, which may be made up or that of a key that another process has just begun to sign with: the
    /// version tells, unless too many have asked within the last second.
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

    /// Whether what a key has signed is accepted: the key was not withdrawn, and its time is not over.
    /// - Parameters:
    ///   - version: the number that was read from `access_versions` along with what the token is about.
    ///   - evenIfPast: whether a key is taken too whose time is over, but which was not withdrawn.
    func accepts(
        _ kid: String, at version: UInt64?, evenIfPast: Bool = false, now: Date, in db: Connection
    ) throws -> Bool {
        var snapshot = try snapshot(in: db)
        if version == nil || snapshot.version != version { snapshot = try reread(in: db) }
        guard let key = snapshot.key(kid) else { return false }
        return evenIfPast ? !key.isWithdrawn : key.isAccepted(at: now)
    }

    /// The key that signs. A key that was withdrawn since the last reading signs nothing more.
    /// - Parameter version: what `access_versions` said a moment ago, if it was read.
    func signer(at now: Date, version: UInt64? = nil, in db: Connection) throws -> SigningKey {
        let snapshot = try snapshot(in: db)
        let isCurrent = version != nil && snapshot.version == version
        if let key = snapshot.signer(at: now), try isCurrent || repository.isTrusted(key.kid, in: db) { return key }
        guard let key = try reread(in: db).signer(at: now) else {
            throw SigningKey.Unreadable(kid: "-", reason: "there is none")
        }
        return key
    }

    /// Reads the keys whatever their age.
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

    /// The keys, or the last reading where the database does not answer.
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
