import Web

/// The place where the cheap limits are counted.
package enum RateLimitStore: Sendable {
    /// In memory that the processes of this machine share.
    case local
    /// In Redis, which processes of several machines share.
    case redis(RedisAddress)
}

/// The location of a Redis server, and the credentials for it. Its printed form omits the password.
package struct RedisAddress: Sendable, CustomStringConvertible {
    let host: String
    let port: Int32
    let user: String
    let password: String
    let database: Int

    /// Reads `redis://[user:password@]host[:port][/db]`, the form of the URI scheme that IANA has registered, in which
    /// characters of a password such as `/` are percent-encoded. `nil` for anything else, including TLS (`rediss`).
    package init?(_ text: String) {
        guard text.hasPrefix("redis://") else { return nil }
        let parts = text.dropFirst("redis://".count).split(
            separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let authority = parts.first, let database = parts.count == 2 ? Int(parts[1]) : 0, database >= 0 else {
            return nil
        }
        let at = authority.lastIndex(of: "@")
        let endpoint = at.map { authority[authority.index(after: $0)...] } ?? authority
        let credentials = (at.map { authority[..<$0] } ?? "").split(
            separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard at == nil || credentials.count == 2, let user = PercentEncoding.decode(credentials.first ?? ""),
            let password = PercentEncoding.decode(credentials.last ?? "")
        else { return nil }
        guard let place = HostAndPort(endpoint) else { return nil }
        host = place.host
        port = Int32(place.port ?? 6379)
        self.user = user
        self.password = password
        self.database = database
    }

    /// The server without its credentials.
    package var description: String { "redis://\(HostAndPort.bracketed(host)):\(port)/\(database)" }
}

extension SettingKind where Value == RateLimitStore {
    static let rateLimitStore = SettingKind(
        expectation: "local or redis://[user:password@]host[:port][/db]", standIn: .local
    ) { text in text == "local" ? .local : RedisAddress(text).map { .redis($0) } }
}
