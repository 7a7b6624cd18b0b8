import Database
import FoundationEssentials
import Testing

@testable import Gatehouse

@Suite struct SettingsTests {
    private static let valid = [
        "GATEHOUSE_PUBLIC_URL": "https://id.example.com",
        "GATEHOUSE_MASTER_KEY": "a:" + Data(repeating: 1, count: 32).base64EncodedString(),
        "GATEHOUSE_DATABASE_HOSTS": "db1.example.com,db2.example.com:3307", "GATEHOUSE_DATABASE_PASSWORD": "p4ss",
        "GATEHOUSE_SMTP_HOST": "mail.example.com", "GATEHOUSE_MAIL_FROM": "no-reply@example.com",
    ]

    private func source(_ changes: [String: String] = [:]) -> SettingSource {
        SettingSource(Self.valid.merging(changes) { _, new in new })
    }

    private func faults(_ changes: [String: String]) -> [String] {
        do {
            _ = try Settings.load(from: source(changes))
            return []
        } catch {
            return error.faults
        }
    }

    @Test func `the required settings suffice`() throws {
        let settings = try Settings.load(from: source())
        #expect(settings.environment == .production)
        #expect(settings.workers == 44)
        #expect(settings.database.endpoints.count == 2)
        #expect(settings.passwords.memoryKiB == 47_104)
        #expect(settings.audience == "https://id.example.com")
    }

    /// Nginx keeps the same number of connections; both together leave a quarter of the workers to all other requests.
    @Test(arguments: [(8, 3), (32, 12), (44, 16), (512, 192)])
    func `no more than three eighths of the workers wait for hashes`(workers: Int, places: Int) throws {
        for threads in ["", "1"] {
            let changes = ["GATEHOUSE_WORKERS": "\(workers)", "GATEHOUSE_HASH_THREADS": threads]
            let passwords = try Settings.load(from: source(changes)).passwords
            #expect(passwords.threads + passwords.queueLimit == places)
        }
    }

    @Test func `every fault is reported at once`() {
        let found = faults([
            "GATEHOUSE_PUBLIC_URL": "https://id.example.com/path", "GATEHOUSE_WORKERS": "0",
            "GATEHOUSE_LOG_LEVEL": "loud", "GATEHOUSE_MAIL_FROM": "", "GATEHOUSE_DATABASE_HOSTS": "db:port",
        ])
        for name in ["PUBLIC_URL", "WORKERS", "LOG_LEVEL", "MAIL_FROM", "DATABASE_HOSTS"] {
            #expect(found.contains { $0.contains("GATEHOUSE_" + name) }, "\(name) is not among \(found)")
        }
    }

    @Test(arguments: [
        "no-colon", "a:short", "a:" + "A==", ":" + Data(repeating: 1, count: 32).base64EncodedString(), "a:,",
    ])
    func `a bad master key is refused without being shown`(key: String) {
        let found = faults(["GATEHOUSE_MASTER_KEY": key])
        #expect(found.count == 1)
        #expect(found.allSatisfy { !$0.contains(key) })
    }

    @Test(arguments: [
        "https://ID.example.com", "https://id.example.com:443", "https://id.example.com:", "https://a:99999",
        "https://",
        "https://a b", "https://a\nb", "https://\u{fc}.example", "https://[::1", "https://a:08443", "ftp://a",
        "https://a/",
    ])
    func `an origin in any other form is refused`(text: String) {
        #expect(faults(["GATEHOUSE_PUBLIC_URL": text]).count == 1)
    }

    @Test(arguments: [
        "https://a", "https://id.example.com:8443", "https://[::1]:8443", "https://xn--bcher-kva.example",
    ])
    func `an origin is accepted`(text: String) {
        #expect(faults(["GATEHOUSE_PUBLIC_URL": text]) == [])
    }

    @Test(
        arguments: [
            ("[::1]:3306", [DatabaseSettings.Endpoint.tcp(host: "::1", port: 3306)], "[::1]:3306"),
            (
                "db,[2001:db8::1]:7", [.tcp(host: "db", port: 3306), .tcp(host: "2001:db8::1", port: 7)],
                "db:3306, [2001:db8::1]:7"
            ),
        ] as [(String, [DatabaseSettings.Endpoint], String)])
    func `a database host may be an IPv6 address`(
        text: String, endpoints: [DatabaseSettings.Endpoint], printed: String
    ) throws {
        let database = try Settings.load(from: source(["GATEHOUSE_DATABASE_HOSTS": text])).database
        #expect(database.endpoints == endpoints)
        #expect(database.description.hasSuffix(" at " + printed))
    }

    @Test(arguments: ["::1", "db,", ",", "db, db2", "db:3306:1", "[::1", "db:+3306", "mysql://db"])
    func `an invalid list of servers is refused`(text: String) {
        #expect(
            faults(["GATEHOUSE_DATABASE_HOSTS": text]).contains { $0.hasPrefix("GATEHOUSE_DATABASE_HOSTS must be") })
    }

    @Test(arguments: [("::1", "::1"), ("[::1]", "::1"), ("mail", "mail"), ("192.0.2.1", "192.0.2.1")])
    func `a mail server may be an IPv6 address, with or without brackets`(text: String, host: String) throws {
        #expect(try Settings.load(from: source(["GATEHOUSE_SMTP_HOST": text])).smtp.host == host)
        for wrong in ["mail:25", "[::1]:25", "smtp://mail", "a b"] {
            #expect(faults(["GATEHOUSE_SMTP_HOST": wrong]).count == 1, "\(wrong)")
        }
    }

    @Test(arguments: ["\r", "\n", "\0", "\t", "\u{85}", "\u{2028}"])
    func `no value contains a control character`(character: String) {
        for name in Settings.survey(source()).settings.map(\.name) where !name.contains("MIGRATE") {
            let found = faults([name: "x" + character])
            #expect(found.contains("\(name) contains a control character, such as a line break."), "\(name)")
        }
    }

    @Test func `limits can be switched off only in development`() {
        #expect(faults(["GATEHOUSE_RATE_LIMITS": "off"]).count == 1)
        #expect(faults(["GATEHOUSE_RATE_LIMITS": "off", "GATEHOUSE_ENVIRONMENT": "development"]) == [])
    }

    @Test func `hiding accounts requires verified addresses`() {
        let hiding = ["GATEHOUSE_HIDE_ACCOUNT_EXISTENCE": "true"]
        #expect(faults(hiding) == [])
        #expect(faults(hiding.merging(["GATEHOUSE_REQUIRE_VERIFIED_EMAIL": "false"]) { $1 }).count == 1)
    }

    @Test func `production requires HTTPS`() {
        #expect(faults(["GATEHOUSE_PUBLIC_URL": "http://id.example.com"]).count == 1)
        #expect(faults(["GATEHOUSE_PUBLIC_URL": "http://localhost", "GATEHOUSE_ENVIRONMENT": "development"]) == [])
    }

    @Test func `a password of the database is required only with hosts`() {
        let nowhere = faults(["GATEHOUSE_DATABASE_HOSTS": "", "GATEHOUSE_DATABASE_PASSWORD": ""])
        #expect(nowhere.count == 1)
        #expect(nowhere[0].hasPrefix("GATEHOUSE_DATABASE_SOCKET or GATEHOUSE_DATABASE_HOSTS is required"))
        let hosts = faults(["GATEHOUSE_DATABASE_PASSWORD": ""])
        #expect(hosts == ["GATEHOUSE_DATABASE_PASSWORD is required unless MariaDB is on a socket."])
    }

    @Test func `values that follow from other settings are shown`() throws {
        let settings = Settings.survey(source(["GATEHOUSE_WORKERS": "8"])).settings
        let pairs = settings.compactMap { setting in setting.implied.map { (setting.name, $0) } }
        let implied = Dictionary(uniqueKeysWithValues: pairs)
        #expect(implied["GATEHOUSE_TOKEN_AUDIENCE"] == "https://id.example.com")
        #expect(implied["GATEHOUSE_RATE_LIMIT_STORE"] == "local")
        #expect(implied["GATEHOUSE_LOG_FILE"] == "(standard error)")
        let threads = try Settings.load(from: source(["GATEHOUSE_WORKERS": "8"])).passwords.threads
        #expect(implied["GATEHOUSE_HASH_THREADS"] == "\(threads)")
    }

    @Test func `a file only for migrations can be checked`() {
        let file = ["GATEHOUSE_DATABASE_SOCKET": "/run/mysqld/mysqld.sock", "GATEHOUSE_MIGRATE_PASSWORD": "secret"]
        let (settings, faults) = MigrationSettings.survey(SettingSource(file))
        #expect(faults == [])
        #expect(settings.contains { $0.name == "GATEHOUSE_MIGRATE_PASSWORD" && $0.isSecret })
        #expect(!settings.contains { $0.name == "GATEHOUSE_MASTER_KEY" })
        let missing = MigrationSettings.survey(SettingSource(["GATEHOUSE_DATABASE_SOCKET": "/s"])).faults
        #expect(missing.count == 1)
        #expect(missing[0].hasPrefix("GATEHOUSE_MIGRATE_PASSWORD is required"))
    }

    @Test func `no secret has a default`() {
        let secrets = Settings.survey(source()).settings.filter(\.isSecret)
        #expect(secrets.count == 5)
        #expect(secrets.allSatisfy { $0.fallback == nil })
    }

    @Test func `the operations manual has every setting with its default and meaning`() throws {
        let manual = try RepositoryFile.text("docs/operations.md")
        for setting in Settings.survey(source()).settings {
            let fallback = setting.fallback.map { "`\($0)`" } ?? "—"
            let start = "| `\(setting.name)` | \(fallback) | \(setting.summary)"
            #expect(manual.contains(start), "docs/operations.md lacks the row: \(start)")
        }
    }
}
