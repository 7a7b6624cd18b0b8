/// The location of the database, and the account to use.
package struct DatabaseSettings: Sendable {
    /// One way to reach a server.
    package enum Endpoint: Sendable, Equatable {
        /// A Unix socket, by its path.
        case socket(String)
        /// A host name or address, an IPv6 one without brackets, and a port.
        case tcp(host: String, port: UInt16)
    }

    /// TLS on TCP endpoints. If given, it is required, and the server's certificate and name are verified.
    package struct TLS: Sendable {
        /// The path of a PEM file with the authorities that may have signed the server's certificate.
        package var ca: String

        /// Trusts the authorities in the PEM file `ca`.
        package init(ca: String) {
            self.ca = ca
        }
    }

    /// The servers, tried in order for each new connection.
    package var endpoints: [Endpoint]
    /// The schema that unqualified names mean.
    package var name: String
    /// The account.
    package var user: String
    /// The password of the account; empty when the server knows the account by its socket credentials.
    package var password: String
    /// TLS for TCP endpoints; `nil` means plain text, which is for private networks only. A Unix socket never leaves
    /// the machine and is not encrypted.
    package var tls: TLS?
    /// How many prepared statements one connection keeps: as many as the program has. The server holds them too and
    /// limits their number over all connections (`max_prepared_stmt_count`, 16382 by default).
    package var statementCacheSize: Int

    /// Describes a database.
    package init(
        endpoints: [Endpoint],
        name: String,
        user: String,
        password: String = "",
        tls: TLS? = nil,
        statementCacheSize: Int = 896
    ) {
        self.endpoints = endpoints
        self.name = name
        self.user = user
        self.password = password
        self.tls = tls
        self.statementCacheSize = statementCacheSize
    }
}

extension DatabaseSettings.Endpoint: CustomStringConvertible {
    /// The path, or `host:port`, an IPv6 address in brackets.
    package var description: String {
        switch self {
        case .socket(let path): path
        case .tcp(let host, let port): host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
        }
    }
}

extension DatabaseSettings: CustomStringConvertible, CustomReflectable {
    /// Everything but the password.
    package var description: String {
        "database \(name) as \(user) at \(endpoints.map(\.description).joined(separator: ", "))"
    }

    /// The same for `dump` and debuggers.
    package var customMirror: Mirror {
        Mirror(self, children: ["description": description])
    }
}
