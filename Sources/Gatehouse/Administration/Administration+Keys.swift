import Database
import FoundationEssentials
package import Web

extension Administration {
    /// Every signing key there ever was, newest first, without what it signs with; `meta.more`, as other lists have it,
    /// is `false`.
    package func listKeys() throws -> JSON {
        let keys = try SigningKeyRepository(settings.masterKeys).list(in: db)
        return ["data": .array(keys.map(\.json)), "meta": ["more": false]]
    }

    /// Makes the next signing key: published now, signing ten minutes from now. Processes learn of it within a minute.
    /// - Parameter isCompromised: whether the keys before it are withdrawn at once, and it signs now.
    package func rotateKeys(isCompromised: Bool) throws -> JSON {
        let keys = SigningKeyRepository(settings.masterKeys)
        // A key sealed under another master key than the one that processes have would stop them all: this one must
        // open theirs.
        _ = try keys.load(in: db)
        do {
            return try db.transaction { db in
                let key = try keys.rotate(isCompromised: isCompromised, in: db)
                try Audit.record(
                    .keyRotated,
                    details: ["by": "command", "kid": .string(key.kid), "compromised": .bool(isCompromised)], from: nil,
                    in: db)
                return ["data": key.json]
            }
        } catch let error as SigningKeyRepository.RotationPending {
            throw AdministrationError.rotationPending(kid: error.kid, signsFrom: error.signsFrom)
        }
    }
}
