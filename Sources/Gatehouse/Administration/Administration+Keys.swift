import Database
import FoundationEssentials
package import Web

extension Administration {
    /// All signing keys, including former ones, newest first, without their private keys; `meta.more`, as in other
    /// lists, is `false`.
    package func listKeys() throws -> JSON {
        let keys = try SigningKeyRepository(settings.masterKeys).list(in: db)
        return ["data": .array(keys.map(\.json)), "meta": ["more": false]]
    }

    /// Makes the next signing key: published now, signing in ten minutes. Processes read it within a minute.
    /// - Parameter isCompromised: whether the earlier keys are withdrawn at once, and the new one signs now.
    package func rotateKeys(isCompromised: Bool) throws -> JSON {
        let keys = SigningKeyRepository(settings.masterKeys)
        // A key under another master key than that of the processes would stop them all, so this master key must open
        // the existing keys.
        _ = try keys.load(in: db)
        do {
            return try db.transaction { db in
                let key = try keys.rotate(isCompromised: isCompromised, in: db)
                try Audit.record(
                    .keyRotated, by: .command, target: nil,
                    details: [
                        JSON.Member("kid", .string(key.kid)), JSON.Member("compromised", .bool(isCompromised)),
                    ], in: db)
                return ["data": key.json]
            }
        } catch let error as SigningKeyRepository.RotationPending {
            throw AdministrationError.rotationPending(kid: error.kid, signsFrom: error.signsFrom)
        }
    }
}
