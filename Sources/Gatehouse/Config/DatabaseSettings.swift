import Database

extension DatabaseSettings {
    /// Reads the location of the database and the account.
    init(from reader: inout SettingReader, needsPassword: Bool = true) {
        let socket = reader.optional(
            "GATEHOUSE_DATABASE_SOCKET", .text, "The path of MariaDB's Unix socket; takes precedence over hosts.")
        let hosts = reader.optional(
            "GATEHOUSE_DATABASE_HOSTS", .endpoints,
            """
            MariaDB servers as `host[:port]`, separated by commas, tried in this order; an IPv6 address as \
            `[::1]:3306`.
            """
        )
        let endpoints = socket.map { [.socket($0)] } ?? hosts ?? []
        if endpoints.isEmpty {
            let names = ["GATEHOUSE_DATABASE_SOCKET", "GATEHOUSE_DATABASE_HOSTS"]
            if !names.contains(where: reader.isGiven) {
                reader.rejectMissing(names, "\(names[0]) or \(names[1]) is required: the location of MariaDB.")
            }
        }
        let name = reader.read("GATEHOUSE_DATABASE_NAME", .text, default: "gatehouse", "The database's name.")
        let user = reader.read(
            "GATEHOUSE_DATABASE_USER", .text, default: "gatehouse",
            "The program's account; it needs no right to change structure.")
        let password = needsPassword ? Self.password(from: &reader, isLocal: socket != nil) : ""
        let authority = reader.optional(
            "GATEHOUSE_DATABASE_TLS_CA", .text,
            """
            A file of CA certificates; if set, connections must use TLS, with a certificate of one of these \
            authorities.
            """)
        self.init(
            endpoints: endpoints, name: name, user: user, password: password,
            tls: authority.map { TLS(ca: $0) })
    }

    private static func password(from reader: inout SettingReader, isLocal: Bool) -> String {
        let password = reader.optional(
            "GATEHOUSE_DATABASE_PASSWORD", .text, isSecret: true,
            "That account's password; unnecessary on a socket if MariaDB identifies the account by its system user.")
        if !isLocal && reader.isGiven("GATEHOUSE_DATABASE_HOSTS") && !reader.isGiven("GATEHOUSE_DATABASE_PASSWORD") {
            reader.rejectMissing(
                ["GATEHOUSE_DATABASE_PASSWORD"],
                "GATEHOUSE_DATABASE_PASSWORD is required unless MariaDB is on a socket.")
        }
        return password ?? ""
    }
}

extension SettingKind where Value == [DatabaseSettings.Endpoint] {
    static let endpoints = SettingKind(
        expectation: "servers as host[:port], separated by commas, an IPv6 address as [address][:port]", standIn: []
    ) { text in
        var endpoints: [DatabaseSettings.Endpoint] = []
        for entry in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let place = HostAndPort(entry) else { return nil }
            endpoints.append(.tcp(host: place.host, port: place.port ?? 3306))
        }
        return endpoints
    }
}
