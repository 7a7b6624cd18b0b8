package import Database
import FoundationEssentials
import Web

/// Updates the derived forms of stored addresses to the rule of this version: the keys by which addresses are compared,
/// and the form for finding those with a domain in another script. MariaDB cannot fold case in this way, so this runs
/// after the migrations instead of being one.
///
/// It can be interrupted and run again at any time: rows with the right key are not changed. If several accounts now
/// have equal addresses, one has the key; the exact spelling becomes the key of each other account, which can still
/// sign in with it (`UserRepository.key`).
package enum AddressKeys {
    /// The number of rows that are read at once and changed in one transaction.
    private static let batch = 1000

    /// Renews the keys of accounts, then those of invitations.
    /// - Parameter report: called with a sentence about each account that cannot have the key of its address.
    /// - Throws: `DatabaseError`.
    package static func renew(on db: Connection, report: (String) -> Void) throws {
        try eachBatch(in: db) { (found: [UserAddress]) in
            let ids = found.filter { $0.standing != .right }.map(\.id)
            if ids.isEmpty { return }
            let told: [String] = try db.transaction { db in
                var told: [String] = []
                for user in try UserRepository.lockAddresses(ids, in: db) {
                    if let sentence = try renew(user, in: db) { told.append(sentence) }
                }
                return told
            }
            for sentence in told { report(sentence) }
        }
        try eachBatch(in: db) { (found: [InvitationAddress]) in
            var outdated: [InvitationAddress] = []
            for invitation in found {
                if try !invitation.isRight(in: db) { outdated.append(invitation) }
            }
            if outdated.isEmpty { return }
            try db.transaction { db in
                for invitation in outdated { try renew(invitation, in: db) }
            }
        }
    }

    /// Calls `body` with the rows of each batch that may need another key.
    private static func eachBatch<Stored: StoredAddress>(in db: Connection, _ body: ([Stored]) throws -> Void) throws {
        var last: UInt64 = 0
        while let end = try Stored.end(ofBatchAfter: last, size: batch, in: db) {
            try body(try Stored.all(after: last, through: end, in: db))
            last = end
        }
    }

    /// - Returns: a sentence if the account could not get the key of its address.
    private static func renew(_ user: UserAddress, in db: Connection) throws(DatabaseError) -> String? {
        guard let address = user.address else {
            return "\(user.name) has an address that can no longer be read; \(kept)"
        }
        if try give(user, address.key, of: address, in: db) { return nil }
        if try give(user, address.mailbox, of: address, in: db) { return "\(user.name) \(besideAnother)" }
        return "\(user.name) has the address of another account; \(kept)"
    }

    /// Gives a key to an account and to its links and jobs.
    /// - Returns: whether no other account has the key.
    private static func give(
        _ user: UserAddress, _ key: String, of address: EmailAddress, in db: Connection
    ) throws(DatabaseError) -> Bool {
        do throws(DatabaseError) {
            try UserRepository.setAddress(address, key: key, of: user.id, in: db)
        } catch {
            guard error.isDuplicateKey("uq_users_email_key") else { throw error }
            return false
        }
        try OneTimeTokenRepository.readdress(from: user.emailKey, to: key, of: user.id, in: db)
        try JobQueue.readdress(from: user.emailKey, to: key, inPayloadsOf: ownJobs, in: db)
        return true
    }

    private static let kept = "it keeps its former key"
    static let besideAnother =
        """
        has the same address as another account except for case, and can sign in only with exactly the spelling of \
        its registration
        """

    /// Of two invitations of one address to one organization the later counts, as if the address had been invited
    /// again.
    private static func renew(_ invitation: InvitationAddress, in db: Connection) throws(DatabaseError) {
        guard let address = invitation.address else { return }
        let key = try UserRepository.key(of: address, in: db)
        try InvitationRepository.setAddress(address, key: key, of: invitation, in: db)
        try JobQueue.readdress(from: invitation.emailKey, to: key, inPayloadsOf: ownJobs, in: db)
    }

    /// The kinds of jobs with a known payload. A job of another package may have an `emailKey` of its own.
    private static let ownJobs = Modules(Modules.ofGatehouse).jobs.map { $0.kind }
}

extension AddressKeys {
    /// The state of the addresses of accounts.
    struct Examination {
        /// The number of accounts with the key of another version.
        var outdated = 0
        /// The ids of those whose exact spelling is their key.
        var besideAnother: [UUID] = []
        /// The ids of those whose address cannot be read.
        var unreadable: [UUID] = []
    }

    /// Examines every account, without changes.
    static func examine(in db: Connection) throws -> Examination {
        var examination = Examination()
        try eachBatch(in: db) { (found: [UserAddress]) in
            for user in found {
                switch user.standing {
                case .right: continue
                case .outdated: examination.outdated += 1
                case .besideAnother:
                    if let address = user.address, try UserRepository.hasAccount(emailKey: address.key, in: db) {
                        examination.besideAnother.append(user.publicID)
                    } else {
                        examination.outdated += 1
                    }
                case .unreadable: examination.unreadable.append(user.publicID)
                }
            }
        }
        return examination
    }
}
