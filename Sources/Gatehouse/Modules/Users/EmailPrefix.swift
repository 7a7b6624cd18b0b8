import Database
import Web

/// The typed beginning of an address, for a search of accounts: in any case, with the domain in its own script or as
/// A-labels.
struct EmailPrefix {
    /// The LIKE pattern for `email_key`, with the escape character `|`.
    private let keyPattern: String
    /// The LIKE pattern for `email_unicode`; `nil` if no part of a domain was typed, so `email_key` is enough.
    private let unicodePattern: String?

    /// - Throws: `NormalizationError` when memory runs out.
    init(_ typed: String) throws(NormalizationError) {
        let parts = typed.unicodeScalars.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        let local = try String(parts[0]).caseFolded
        guard parts.count == 2, !parts[1].isEmpty else {
            (keyPattern, unicodePattern) = (Self.pattern(parts.count == 2 ? "\(local)@" : local), nil)
            return
        }
        // A complete address has a key already, whatever its domain is mapped to.
        let address = EmailAddress(ofAccount: typed)
        let part = "\(local)@\(try EmailAddress.searchable(String(parts[1])))"
        keyPattern = Self.pattern(address?.key ?? part)
        unicodePattern = Self.pattern(address.map { $0.unicodeKey ?? $0.key } ?? part)
    }

    /// The condition of accounts whose address begins with it.
    var condition: SQL {
        guard let unicodePattern else { return "email_key LIKE \(keyPattern) ESCAPE '|'" }
        return """
            (email_key LIKE \(keyPattern) ESCAPE '|' OR email_unicode LIKE \(unicodePattern) ESCAPE '|')
            """
    }

    /// The same accounts in the order of their addresses, each once.
    var range: ListRange {
        var byKey = ListRange(
            table: "users", index: "idx_users_email_key", id: "id", column: "email_key",
            condition: "email_key LIKE \(keyPattern) ESCAPE '|'")
        guard let unicodePattern else { return byKey }
        let byUnicode = ListRange(
            table: "users", index: "idx_users_email_unicode", id: "id", column: "email_unicode",
            condition: """
                email_unicode LIKE \(unicodePattern) ESCAPE '|' AND email_key NOT LIKE \(keyPattern) ESCAPE '|'
                """)
        byKey.others = [byUnicode]
        return byKey
    }

    private static func pattern(_ prefix: String) -> String {
        var pattern = String.UnicodeScalarView()
        // By code points, as the server compares: for Swift, a `%` followed by a mark is another character.
        for scalar in prefix.unicodeScalars {
            if "|%_".unicodeScalars.contains(scalar) { pattern.append("|") }
            pattern.append(scalar)
        }
        return String(pattern) + "%"
    }
}
